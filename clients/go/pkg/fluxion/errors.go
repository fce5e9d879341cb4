package fluxion

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
	"github.com/fluxion-rs/fluxion/clients/go/pkg/internal/connection"
)

// What errors.Is compares the error of a call with; context.Canceled and context.DeadlineExceeded serve too.
var (
	// ErrInvalid is a field that cannot be used; Error.Fields says which and why.
	ErrInvalid = errors.New("invalid argument")
	// ErrNotFound is a graph, job, window, path or rank that is not there; Error.Resource says which.
	ErrNotFound = errors.New("not found")
	// ErrExists is a graph or job that is there already; Error.Resource says which.
	ErrExists = errors.New("already exists")
	// ErrExhausted is a match for which nothing is free now, with Error.RetryAfter, or a limit of the server.
	ErrExhausted = errors.New("resource exhausted")
	// ErrUnsatisfiable is a match that the graph can never satisfy.
	ErrUnsatisfiable = errors.New("unsatisfiable")
	// ErrPrecondition is a state of the graph in which the call cannot be carried out; Error.Preconditions
	// says what is in the way.
	ErrPrecondition = errors.New("failed precondition")
	// ErrUnauthenticated is a server that does not know who calls; Error.Reason says why.
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrPermissionDenied is a call that the caller may not make; Error.Reason says why.
	ErrPermissionDenied = errors.New("permission denied")
	// ErrUnavailable is a service that cannot be reached, or a connection that was lost or closed.
	ErrUnavailable = errors.New("unavailable")
)

// What errors.Is compares the error of Connect with, if nothing was sent; that of a file which cannot be read is an *fs.PathError.
var (
	// ErrHostRequired is an empty host, where FLUXION_ADDRESS is empty as well.
	ErrHostRequired = connection.ErrHostRequired
	// ErrTarget is a host that names no service.
	ErrTarget = connection.ErrTarget
	// ErrCredentials is a certificate, a key or a token that cannot be used.
	ErrCredentials = connection.ErrCredentials
	// ErrClearTextToken is a token that would go to another machine without TLS.
	ErrClearTextToken = connection.ErrClearTextToken
)

// Words of Error.Reason.
const (
	// ReasonNothingFits is a match for which nothing is free now.
	ReasonNothingFits = "NOTHING_FITS"
	// ReasonQueueFull is a graph for which too many requests wait; Error.RetryAfter says when to try again.
	ReasonQueueFull = "QUEUE_FULL"
	// ReasonFailedAttempts is an address that showed too many wrong credentials.
	ReasonFailedAttempts = "FAILED_ATTEMPTS"
	// ReasonNoCredential is a caller who shows neither a token nor a certificate.
	ReasonNoCredential = "NO_CREDENTIAL"
	// ReasonWrongCredential is a token or certificate that the server does not know.
	ReasonWrongCredential = "WRONG_CREDENTIAL"
	// ReasonExpiredCredential is one whose time is over.
	ReasonExpiredCredential = "EXPIRED_CREDENTIAL"
	// ReasonRoleTooSmall has `principal`, `role` and `needed` in Error.ReasonMetadata.
	ReasonRoleTooSmall = "ROLE_TOO_SMALL"
	// ReasonGraphOutOfScope has `principal` and `graph` in Error.ReasonMetadata.
	ReasonGraphOutOfScope = "GRAPH_OUT_OF_SCOPE"
)

var kinds = map[codes.Code]error{
	codes.InvalidArgument:    ErrInvalid,
	codes.NotFound:           ErrNotFound,
	codes.AlreadyExists:      ErrExists,
	codes.ResourceExhausted:  ErrExhausted,
	codes.OutOfRange:         ErrUnsatisfiable,
	codes.FailedPrecondition: ErrPrecondition,
	codes.Unauthenticated:    ErrUnauthenticated,
	codes.PermissionDenied:   ErrPermissionDenied,
	codes.Unavailable:        ErrUnavailable,
	codes.Canceled:           context.Canceled,
	codes.DeadlineExceeded:   context.DeadlineExceeded,
}

// Error is what the service says about a call that failed.
type Error struct {
	// Call is what was asked for, say `match on graph default`.
	Call string
	// Code is the code of gRPC, which status.Code tells too.
	Code codes.Code
	// Message is the text of the service.
	Message string
	// Fields are the fields that cannot be used.
	Fields []FieldViolation
	// Resource is what was not found, or is there already; nil if it is about neither.
	Resource *Resource
	// Preconditions are in the way of the call.
	Preconditions []Violation
	// Quotas are the limits of the server that were reached.
	Quotas []Violation
	// Reason says in one word why something is exhausted, ReasonNothingFits, `TOO_LARGE`, `TOO_MANY_GRAPHS` and so on; or why
	// the caller is refused.
	Reason string
	// ReasonMetadata says what the reason is about, by names such as `role`.
	ReasonMetadata map[string]string
	// RetryAfter is when trying again may help; 0 if the service does not say.
	RetryAfter time.Duration
	// Explanation is why a match was refused, if MatchRequest.Explain asked for it.
	Explanation *Explanation
	// RequestID is the name of the request in the log and the journal of the server; empty if it did not get there.
	RequestID string

	status *status.Status
}

// FieldViolation is a field of a request that cannot be used.
type FieldViolation struct {
	// Field is the name of the definition, say `jobspec` or `header.options.policy`.
	Field       string
	Description string
	// Line and Column are where in the text of the field, from 1; both 0 if unknown.
	Line, Column int
}

// Resource is a graph, job, window, path or rank.
type Resource struct {
	// Kind is `graph`, `job`, `window`, `path` or `rank`; `vertex` where none is meant.
	Kind, Name string
}

// Violation is a precondition or a quota.
type Violation struct {
	// Kind is one of the words of the service, say `HELD`, `TAKEN`, `MEETS_JOB` or `WINDOW_CONFLICT`; empty for a quota.
	Kind, Subject, Description string
}

// Error tells the call and the message of the service.
func (e *Error) Error() string { return fmt.Sprintf("%s: %s: %s", e.Call, e.Code, e.Message) }

// Is tells whether target is what the code stands for.
func (e *Error) Is(target error) bool {
	kind, known := kinds[e.Code]
	return known && kind == target
}

// GRPCStatus is for status.Code and status.FromError.
func (e *Error) GRPCStatus() *status.Status { return e.status }

// failed is an *Error for an error of a stub, nil for nil; answers are the metadata that came with it.
func failed(call string, err error, answers ...metadata.MD) error {
	if err == nil {
		return nil
	}
	// An error that gRPC did not make, say of a context, has a code nevertheless.
	answer, ok := status.FromError(err)
	if !ok {
		answer = status.FromContextError(err)
	}
	return fromStatus(call, answer, answers...)
}

func fromStatus(call string, answer *status.Status, answers ...metadata.MD) *Error {
	e := &Error{Call: call, Code: answer.Code(), Message: answer.Message(), RequestID: toldID(answers), status: answer}
	for _, detail := range answer.Details() {
		e.add(detail)
	}
	return e
}

// add takes a detail in; those of other types are left to GRPCStatus.
func (e *Error) add(detail any) {
	switch detail := detail.(type) {
	case *errdetails.BadRequest:
		for _, v := range detail.GetFieldViolations() {
			line, column := position(v.GetDescription())
			e.Fields = append(e.Fields, FieldViolation{v.GetField(), v.GetDescription(), line, column})
		}
	case *errdetails.ResourceInfo:
		e.Resource = &Resource{detail.GetResourceType(), detail.GetResourceName()}
	case *errdetails.PreconditionFailure:
		for _, v := range detail.GetViolations() {
			e.Preconditions = append(e.Preconditions, Violation{v.GetType(), v.GetSubject(), v.GetDescription()})
		}
	case *errdetails.QuotaFailure:
		for _, v := range detail.GetViolations() {
			e.Quotas = append(e.Quotas, Violation{"", v.GetSubject(), v.GetDescription()})
		}
	case *errdetails.ErrorInfo:
		e.Reason, e.ReasonMetadata = detail.GetReason(), detail.GetMetadata()
	case *errdetails.RetryInfo:
		e.RetryAfter = detail.GetRetryDelay().AsDuration()
	case *pb.ExplainResponse:
		e.Explanation = explanation(detail)
	}
}

// The details of google.rpc have no place for a position, so the service writes it in the description.
var written = regexp.MustCompile(`\bline (\d+),? column (\d+)`)

func position(description string) (line, column int) {
	found := written.FindStringSubmatch(description)
	if found == nil {
		return 0, 0
	}
	line, lineErr := strconv.Atoi(found[1])
	column, columnErr := strconv.Atoi(found[2])
	if lineErr != nil || columnErr != nil {
		return 0, 0
	}
	return line, column
}
