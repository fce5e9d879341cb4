//! The gRPC services over a scheduling context.
