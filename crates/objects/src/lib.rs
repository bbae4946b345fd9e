//! From event records to actions and statuses: devices, agents, places, queues, groups.
