//! Time: what is promised when, and when a request fits.
