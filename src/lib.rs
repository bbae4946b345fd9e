//! Open, real-time contact-centre reporting.
