module tophash/gobench

go 1.21
