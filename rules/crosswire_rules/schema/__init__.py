"""Tables: what code and libraries ask of them against their keys, indexes and expiry."""
