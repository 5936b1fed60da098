import Testing

/// The real programs, as processes. One test at a time: each starts a tree of its own, and there are few processors.
@Suite(.serialized, .timeLimit(.minutes(5)))
enum SystemTests {}
