package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The compiler replaces operations on some key types by faster functions of their own. A recorder
// that went around them would record nothing of what they do.
func TestFastPathsAreTaken(t *testing.T) {
	oracle := filepath.Join(t.TempDir(), "oracle")
	if out, err := exec.Command("go", "build", "-o", oracle, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	code, err := exec.Command("go", "tool", "objdump", "-s", `tableOf\[.*\)\.(assign|access|delete)$`, oracle).Output()
	if err != nil {
		t.Fatal("go tool objdump: ", err)
	}
	function := regexp.MustCompile(`^TEXT main\.\(\*tableOf\[(.*),([^,]*)\]\)\.(\w+)\(SB\)`)
	call := regexp.MustCompile(`\bruntime\.map(assign|access2|delete)(\w*)\(SB\)`)
	want := map[string]string{
		"uint32": "_fast32", "int32": "_fast32",
		"uint64": "_fast64", "int64": "_fast64",
		"string": "_faststr",
		"uint8":  "", "float64": "", "[20]uint8": "",
	}
	seen := map[string]int{}
	var key, elem string
	for _, line := range strings.Split(string(code), "\n") {
		if m := function.FindStringSubmatch(line); m != nil {
			key, elem = strings.TrimPrefix(m[1], "go.shape."), strings.TrimPrefix(m[2], "go.shape.")
			continue
		}
		m := call.FindStringSubmatch(line)
		suffix, known := want[key]
		if m == nil || !known {
			continue
		}
		if elem == "[136]uint8" {
			suffix = "" // no fast path takes an elem over 128 bytes
		}
		if m[2] != suffix {
			t.Errorf("map[%s]%s calls map%s%s, not map%[3]s%[5]s", key, elem, m[1], m[2], suffix)
		}
		seen[key]++
	}
	for key := range want {
		if seen[key] < 3*7 {
			t.Errorf("only %d operations found on map[%s]", seen[key], key)
		}
	}
}
