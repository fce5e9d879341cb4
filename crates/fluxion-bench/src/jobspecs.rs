//! Jobspecs, as JSON and as YAML.

use crate::random::Random;

/// One hour, as nearly all jobs here.
pub(crate) const HOUR: u64 = 3600;

/// A jobspec in the making.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    resources: String,
    constraints: String,
    duration: u64,
}

impl Job {
    fn of(resources: String) -> Self {
        Self { resources, constraints: String::new(), duration: HOUR }
    }

    /// A slot with cores and gpus, wherever they are.
    pub(crate) fn units(cores: usize, gpus: usize) -> Self {
        Self::of(slot(1, &units(cores, gpus)))
    }

    /// Slots with cores and gpus each, wherever they are.
    pub(crate) fn slots(count: usize, cores: usize, gpus: usize) -> Self {
        Self::of(slot(count, &units(cores, gpus)))
    }

    /// Whole nodes for the job alone.
    pub(crate) fn nodes(count: usize) -> Self {
        let slot = slot(1, &units(1, 0));
        Self::of(format!(
            r#"{{"type": "node", "count": {count}, "exclusive": true, "with": [{slot}]}}"#
        ))
    }

    /// Slots of one core on each of some nodes, which others may share.
    pub(crate) fn spread(nodes: usize, slots: usize) -> Self {
        let slot = slot(slots, &units(1, 0));
        Self::of(format!(r#"{{"type": "node", "count": {nodes}, "with": [{slot}]}}"#))
    }

    /// On nodes with a property.
    pub(crate) fn with_property(self, property: &str) -> Self {
        Self {
            constraints: format!(r#", "constraints": {{"properties": ["{property}"]}}"#),
            ..self
        }
    }

    /// On some hosts.
    pub(crate) fn on_hosts(self, hosts: &str) -> Self {
        Self { constraints: format!(r#", "constraints": {{"hostlist": ["{hosts}"]}}"#), ..self }
    }

    /// For so many seconds.
    pub(crate) fn lasting(self, duration: u64) -> Self {
        Self { duration, ..self }
    }

    /// The text.
    pub(crate) fn json(&self) -> String {
        let Self { resources, constraints, duration } = self;
        format!(
            r#"{{"version": 9999, "resources": [{resources}], "attributes": {{"system": {{"duration": {duration}{constraints}}}}}, "tasks": [{{"command": ["app"], "slot": "default", "count": {{"per_slot": 1}}}}]}}"#
        )
    }

    /// The mix of the published figures, whatever the machine: one core, eight cores and a gpu, one node, sixteen, or
    /// a property; from minutes to a day.
    pub(crate) fn mixed(random: &mut Random, _: usize) -> Self {
        let job = match random.below(5) {
            0 => Self::units(1, 0),
            1 => Self::units(8, 1),
            2 => Self::nodes(1),
            3 => Self::nodes(16),
            _ => Self::units(1, 0).with_property("debug"),
        };
        job.lasting_up_to_a_day(random)
    }

    /// As [`Job::mixed`], for machines whose nodes have no properties.
    pub(crate) fn mixed_without_properties(random: &mut Random) -> Self {
        let job = match random.below(4) {
            0 => Self::units(1, 0),
            1 => Self::units(8, 1),
            2 => Self::nodes(1),
            _ => Self::nodes(16),
        };
        job.lasting_up_to_a_day(random)
    }

    /// A mix with jobs of up to a 64th of all nodes, in which most are small all the same.
    pub(crate) fn widely_mixed(random: &mut Random, nodes: usize) -> Self {
        let some = (nodes / 64).max(2);
        let job = match random.below(8) {
            0 | 1 => Self::units(1, 0),
            2 => Self::units(8, 1),
            3 => Self::spread(1 + random.below(some), 4),
            4 => Self::units(1, 0).with_property("debug"),
            5 | 6 => Self::nodes(1 + random.below(8)),
            _ => Self::nodes(1 + random.below(some)),
        };
        job.lasting_up_to_a_day(random)
    }

    fn lasting_up_to_a_day(self, random: &mut Random) -> Self {
        self.lasting(60 * (1 + random.below(1440)) as u64)
    }
}

/// A small jobspec, as people write it.
pub(crate) const YAML: &str = "\
version: 9999
resources:
  - type: node
    count: 1
    with:
      - type: slot
        count: 1
        label: default
        with:
          - type: core
            count: 1
attributes:
  system:
    duration: 3600
tasks:
  - command: [\"app\"]
    slot: default
    count:
      per_slot: 1
";

fn slot(count: usize, with: &str) -> String {
    format!(r#"{{"type": "slot", "count": {count}, "label": "default", "with": [{with}]}}"#)
}

fn units(cores: usize, gpus: usize) -> String {
    let gpus =
        if gpus > 0 { format!(r#", {{"type": "gpu", "count": {gpus}}}"#) } else { String::new() };
    format!(r#"{{"type": "core", "count": {cores}}}{gpus}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(job: &Job) {
        fluxion_jobspec::parse(&job.json(), &|_| true).unwrap();
    }

    #[test]
    fn all_can_be_read() {
        check(&Job::units(8, 1).with_property("debug"));
        check(&Job::nodes(4).lasting(5));
        check(&Job::spread(16, 4).on_hosts("fake[0-3,7]"));
        assert_eq!(
            fluxion_jobspec::parse(YAML, &|_| true).unwrap().resources,
            fluxion_jobspec::parse(&Job::spread(1, 1).json(), &|_| true).unwrap().resources
        );
    }

    #[test]
    fn equal_seeds_give_equal_bytes() {
        for mix in [Job::mixed, Job::widely_mixed] {
            let queue = |seed| {
                let mut random = Random::new(seed);
                (0..100).map(|_| mix(&mut random, 128).json()).collect::<Vec<_>>()
            };
            assert_eq!(queue(1), queue(1));
            assert_ne!(queue(1), queue(2));
        }
    }
}
