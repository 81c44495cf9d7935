package main

import (
	"debug/elf"
	"encoding/hex"
	"fmt"
	"runtime"
	"unsafe"
)

// secrets are what this process's hash functions draw at start and depend on.
type secrets struct {
	useAeshash  bool
	aeskeysched [128]byte
	hashkey     [4]uint64
}

// readSecrets reads the runtime's variables at the addresses that this executable's own symbol
// table gives. (Linkname would do, but Go 1.23 links it only with a flag that 1.21 does not know.)
func readSecrets() (secrets, error) {
	var s secrets
	file, err := elf.Open("/proc/self/exe")
	if err != nil {
		return s, err
	}
	defer file.Close()
	symbols, err := file.Symbols()
	if err != nil {
		return s, fmt.Errorf("this executable's symbols: %w (was it built with -s, or by go run?)", err)
	}
	into := map[string][]byte{
		"runtime.useAeshash":  bytesAt(unsafe.Pointer(&s.useAeshash), 1),
		"runtime.aeskeysched": s.aeskeysched[:],
		"runtime.hashkey":     bytesAt(unsafe.Pointer(&s.hashkey), 32),
	}
	for _, symbol := range symbols {
		to, wanted := into[symbol.Name]
		if !wanted {
			continue
		}
		if symbol.Size != uint64(len(to)) {
			return s, fmt.Errorf("%s has %d bytes, not %d", symbol.Name, symbol.Size, len(to))
		}
		address := uintptr(symbol.Value)
		copy(to, bytesAt(*(*unsafe.Pointer)(unsafe.Pointer(&address)), len(to)))
		delete(into, symbol.Name)
	}
	if len(into) != 0 {
		return s, fmt.Errorf("symbols missing from this executable: %v", into)
	}
	return s, nil
}

// fields is the part of a header that says which process was recorded.
func (s *secrets) fields() string {
	process := fmt.Sprintf(`"go":%q,"arch":%q`, runtime.Version(), runtime.GOARCH)
	if s.useAeshash {
		return process + fmt.Sprintf(`,"hash":"aes","keysched":"%s"`, hex.EncodeToString(s.aeskeysched[:]))
	}
	k := s.hashkey
	return process + fmt.Sprintf(`,"hash":"fallback","hashkey":[%d,%d,%d,%d]`, k[0], k[1], k[2], k[3])
}

func bytesAt(p unsafe.Pointer, n int) []byte { return unsafe.Slice((*byte)(p), n) }
