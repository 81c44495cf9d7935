module tophash/oracle

go 1.21
