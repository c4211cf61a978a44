// Pins the Python language host; ../toolchain.py builds it. A module of its own, since it needs another sdk/v3 than pulumi.
module lockyard/toolchain/language-python

go 1.25.0

require github.com/pulumi/pulumi/sdk/v3 v3.79.0
