package fluxion

import (
	pb "github.com/fluxion-rs/fluxion/clients/go/pkg/fluxion/v1"
)

// OnConflict is what becomes of jobs that a new window meets. The zero value is ConflictRefuse.
type OnConflict = pb.OnConflict

// What SetWindowRequest.Running and SetWindowRequest.Reserved say.
const (
	// ConflictRefuse sets no window.
	ConflictRefuse OnConflict = pb.OnConflict_ON_CONFLICT_REFUSE
	// ConflictKeep leaves them as they are; they are told as conflicts for as long as they last.
	ConflictKeep OnConflict = pb.OnConflict_ON_CONFLICT_KEEP
	// ConflictTruncate ends them when the window starts. It is for running jobs alone.
	ConflictTruncate OnConflict = pb.OnConflict_ON_CONFLICT_TRUNCATE
	// ConflictCancel cancels them.
	ConflictCancel OnConflict = pb.OnConflict_ON_CONFLICT_CANCEL
)

// WindowConflict is a job that holds something of a window during its time.
type WindowConflict struct {
	JobID  JobID
	JobKey JobKey
	// Start and End are as booked before.
	Start, End int64
	// Path is that of the first vertex that it holds there.
	Path string
	// Fate is what becomes of it.
	Fate OnConflict
	// NewEnd is when it ends if its Fate is ConflictTruncate.
	NewEnd int64
}

func windowConflicts(in []*pb.WindowConflict) []WindowConflict {
	conflicts := make([]WindowConflict, 0, len(in))
	for _, each := range in {
		conflicts = append(conflicts, WindowConflict{
			JobID:  JobID(each.GetJobId()),
			JobKey: JobKey(each.GetJobKey()),
			Start:  each.GetStart(),
			End:    each.GetEnd(),
			Path:   each.GetPath(),
			Fate:   each.GetFate(),
			NewEnd: each.GetNewEnd(),
		})
	}
	return conflicts
}
