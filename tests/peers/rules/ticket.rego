package ticket

import rego.v1

# The first resolution that nothing breaks within the window.

resolved contains n if {
	some n, event in input.events
	event.state in {"Resolved", "Closed"}
}

counts := [event.reopens | some event in input.events]

# More reopenings than any event before told of.
risen contains n if {
	some n, now in counts
	now != null
	before := max(array.slice(counts, 0, n))
	before != null
	now > before
}

breaks contains n if {
	some n, _ in input.events
	not n in resolved
}

breaks contains n if {
	some n in risen
}

starts contains n if {
	some n in resolved
	before := n - 1
	not before in resolved
}

starts contains n if {
	some n in resolved
	n in risen
}

broken(n) if {
	some m in breaks
	m > n
	input.events[m].at < input.events[n].at + input.window
}

successes contains at if {
	some n in starts
	not broken(n)
	at := input.events[n].at + input.window
}

default answer := {"decision": "pending", "at": null}

answer := {"decision": "success", "at": at} if {
	at := min(successes)
	input.as_of >= at
}

answer := {"decision": "pending", "at": at} if {
	at := min(successes)
	input.as_of < at
}
