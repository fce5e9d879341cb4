// Package checks holds tests of what is shipped for clusters and for those who watch them: the Helm chart, the kustomizations,
// the alert rules and the Grafana board. They are rendered and parsed by the libraries of the tools that will read them, and
// compared with what the server really knows and tells.
//
// It is a module of its own, so that the Go client does not depend on any of these libraries.
package checks
