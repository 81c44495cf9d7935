# What every stage begins with: `source "$(dirname "$0")/../common.sh"`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

HOST="$(rustc -vV | sed -n 's/^host: //p')"
export HOST

# Stages that compile under other flags keep their own directory, or each would rebuild everything
# that the one before it built.
separate_target() {
    export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/ci-$1"
}

# A component of the toolchain, and the cargo command that it brings.
need_component() {
    cargo "$2" --version >/dev/null 2>&1 && return
    echo "installing $1"
    rustup component add "$1"
}

need_nightly() {
    rustc +nightly --version 2>/dev/null && return
    echo "installing the nightly toolchain"
    rustup toolchain install nightly --profile minimal || {
        echo "this stage needs the nightly toolchain: rustup toolchain install nightly" >&2
        exit 1
    }
}

need_cxx() {
    c++ --version >/dev/null 2>&1 && return
    echo "installing a C++ compiler"
    if [[ $(id -u) != 0 ]] || ! { apt-get update && apt-get install -y g++; }; then
        echo "this stage needs a C++ compiler: apt-get install g++" >&2
        exit 1
    fi
}

# Beside the build, so that the user's own tools stay as they are.
need_cargo_fuzz() {
    cargo fuzz --version 2>/dev/null && return
    local root="$PWD/target/ci-tools"
    export PATH="$root/bin:$PATH"
    cargo fuzz --version 2>/dev/null && return
    echo "installing cargo-fuzz"
    CARGO_TARGET_DIR="$root/build" cargo install cargo-fuzz --version 0.13.2 --locked --root "$root"
}
