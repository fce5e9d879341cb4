//! Finding vertices by an expression, as far as the size of the graph allows.

use fluxion_budget::Budget;
use fluxion_engine::{Criteria, most_terms};
use fluxion_formats::write::{self, Printed};
use fluxion_graph::{TimeWindow, VertexId};

use crate::context::Context;
use crate::errors::FindError;

impl Context {
    /// Finds vertices by an expression (`docs/semantics/find.md`) at time `now`. The text is in the context's
    /// format, and empty if nothing is found.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn find(&self, criteria: &str, now: i64) -> Result<String, FindError> {
        self.find_within(criteria, now, &Budget::UNLIMITED)
    }

    /// As [`Context::find`], within a budget.
    ///
    /// # Errors
    /// [`FindError`].
    pub fn find_within(
        &self,
        criteria: &str,
        now: i64,
        budget: &Budget,
    ) -> Result<String, FindError> {
        let parsed: Criteria = criteria.parse()?;
        let (terms, most) = (parsed.tests(), most_terms(self.graph().vertex_count()));
        if terms > most {
            return Err(FindError::TooManyTerms { terms, most });
        }
        let found = self.engine.find(&parsed, now, budget)?;
        let figures = |vertex: VertexId| found.figures.as_ref()?.get(&vertex).cloned();
        let printed = Printed {
            graph: self.engine.graph(),
            tree: self.engine.tree(),
            selection: &found.selection,
            window: TimeWindow::default(),
            queue: None,
            labels: None,
            aggregates: found.figures.is_some().then_some(&figures),
            budget,
        };
        let mut text = String::new();
        write::write(self.format.into(), &printed, &mut text)?;
        Ok(text)
    }
}
