//! The keys of jobs as a plain list: what was assigned, in its order.

/// Job and key of each booking.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(Vec<(u64, String)>);

impl Keys {
    /// A key for the next job: often none, sometimes one that was used before.
    pub(crate) fn choose(&self, number: u64) -> String {
        if number.is_multiple_of(2) { String::new() } else { format!("key {}", number % 10) }
    }

    /// A job is booked under a key, none if empty.
    pub(crate) fn assign(&mut self, job: u64, key: &str) {
        self.0.retain(|(old, known)| *old != job && (known != key || key.is_empty()));
        self.0.push((job, key.to_owned()));
    }

    /// The last job of a key.
    pub(crate) fn job(&self, key: &str) -> Option<u64> {
        let found = self.0.iter().find(|(_, known)| !key.is_empty() && known == key);
        found.map(|&(job, _)| job)
    }

    /// The key of a job, empty if it has none.
    pub(crate) fn key(&self, job: u64) -> &str {
        self.0.iter().find(|(known, _)| *known == job).map_or("", |(_, key)| key)
    }
}
