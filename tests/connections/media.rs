//! Interaction Servers, virtual queues and the inbound port, each between real processes: rows 12, 13, 15, 16, 17 and 18 of
//! the table of connections in docs/operations.md. What the page shows must equal what the play of the same scenario says.

mod centre;
mod rows;
