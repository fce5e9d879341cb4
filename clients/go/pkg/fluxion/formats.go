package fluxion

import pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"

// GraphFormat is how the text of a graph is written.
type GraphFormat = pb.GraphFormat

// The formats of Graph.Create. JGF is the default.
const (
	GraphJGF          GraphFormat = pb.GraphFormat_GRAPH_FORMAT_JGF
	GraphJGFShorthand GraphFormat = pb.GraphFormat_GRAPH_FORMAT_JGF_SHORTHAND
	GraphGRUG         GraphFormat = pb.GraphFormat_GRAPH_FORMAT_GRUG
	GraphHwloc        GraphFormat = pb.GraphFormat_GRAPH_FORMAT_HWLOC
	GraphRV1Exec      GraphFormat = pb.GraphFormat_GRAPH_FORMAT_RV1EXEC
	GraphRV1ExecForce GraphFormat = pb.GraphFormat_GRAPH_FORMAT_RV1EXEC_FORCE
)

// SlotRule is where the slots of a jobspec may stand.
type SlotRule = pb.SlotRule

// The rules of GraphOptions.Slots.
const (
	SlotsPublished SlotRule = pb.SlotRule_SLOT_RULE_PUBLISHED
	SlotsDeep      SlotRule = pb.SlotRule_SLOT_RULE_DEEP
)

// ExportFormat is how Graph.Export writes a graph.
type ExportFormat = pb.ExportFormat

// The formats of Graph.Export. Graph.Create reads JGF again.
const (
	ExportJGF     ExportFormat = pb.ExportFormat_EXPORT_FORMAT_JGF
	ExportDOT     ExportFormat = pb.ExportFormat_EXPORT_FORMAT_DOT
	ExportGraphML ExportFormat = pb.ExportFormat_EXPORT_FORMAT_GRAPHML
)

// ResourceFormat is how a resource set is printed. The zero value is the format of the graph.
type ResourceFormat = pb.ResourceFormat

// The formats of resource sets.
const (
	Simple       ResourceFormat = pb.ResourceFormat_RESOURCE_FORMAT_SIMPLE
	PrettySimple ResourceFormat = pb.ResourceFormat_RESOURCE_FORMAT_PRETTY_SIMPLE
	JGF          ResourceFormat = pb.ResourceFormat_RESOURCE_FORMAT_JGF
	JGFShorthand ResourceFormat = pb.ResourceFormat_RESOURCE_FORMAT_JGF_SHORTHAND
	RLite        ResourceFormat = pb.ResourceFormat_RESOURCE_FORMAT_RLITE
	RV1          ResourceFormat = pb.ResourceFormat_RESOURCE_FORMAT_RV1
	RV1NoSched   ResourceFormat = pb.ResourceFormat_RESOURCE_FORMAT_RV1_NOSCHED
	RV1Shorthand ResourceFormat = pb.ResourceFormat_RESOURCE_FORMAT_RV1_SHORTHAND
	JGFFull      ResourceFormat = pb.ResourceFormat_RESOURCE_FORMAT_JGF_FULL
)

// ResourceSet is a set of resources in one of the formats. Its zero value stands for none.
type ResourceSet struct {
	Format ResourceFormat
	Text   string
}

func resourceSet(set *pb.ResourceSet) ResourceSet { return ResourceSet{set.GetFormat(), set.GetText()} }

func (s ResourceSet) message() *pb.ResourceSet {
	return &pb.ResourceSet{Format: s.Format, Text: s.Text}
}
