// The Kubernetes plugin of Pulumi, built from its module.
//
// The plugin's own main package embeds two generated files that are not in the module, so this one takes its place;
// ../toolchain.py writes both files beside a copy of this one from the JSON that the module does hold.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema-embed.json
var schema []byte

//go:embed terraform-mapping-embed.json
var terraformMapping []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
