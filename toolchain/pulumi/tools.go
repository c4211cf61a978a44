//go:build tools

// Package tools pins the pulumi command line program; see ../toolchain.py.
package tools

import (
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
