/** What is wrong with a file, or with what it says. */
class Wrong extends Error {}

/** What is wrong with a component, or more than this page runs. */
class Unfit extends Error {}

/** A rule that breaks its contract, or is stopped: what the host calls a fault. */
class Fault extends Error {}

/** A rule that was killed, as it took too long. */
class Killed extends Error {}
