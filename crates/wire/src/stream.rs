//! Messages of the WebSocket stream (contracts, part 7).
