//! Orders and figures that let a search skip what cannot win: which vertices are idle, the best of alike parents, shelves of
//! members with room, what places offer, in which order children are visited. Built lazily, kept true by
//! [`State`](crate::state::State), and forgotten when the graph changes; knows no request.

pub(crate) mod agenda;
pub(crate) mod bitmap;
pub(crate) mod front;
pub(crate) mod nodes;
pub(crate) mod offers;
pub(crate) mod shelf;
pub(crate) mod weights;
