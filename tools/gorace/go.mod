module tophash/gorace

go 1.21
