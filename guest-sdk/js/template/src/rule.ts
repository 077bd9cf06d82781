import { Timestamp, defineRule, duration, event, failure, integer, pending, pendingUntil, success } from "assay-sdk";

export const rule = defineRule({
  name: "my-rule",
  title: "Document processed",
  summary: "A document counts once it was read well enough and not sent back within a window.",
  unit: "document",
  reads: {
    processed: event("document.processed", { quality: integer() }),
    returned: event("document.returned"),
  },
  parameters: {
    minimum: integer({ default: 80, help: "The lowest quality that counts." }),
    window: duration({ default: "P1D", help: "How long it may be sent back." }),
  },
  reasons: {
    processed: "It was read well enough and not sent back.",
    waiting: "It was not read well enough so far.",
    window: "It may still be sent back.",
    returned: "It was sent back.",
  },
  judge({ events }, { minimum, window }, asOf) {
    const processed = events.of("processed").first(({ quality }) => quality >= minimum);
    if (!processed) return pending("waiting");
    const due = Timestamp.plus(processed.at, window);
    const returned = events.of("returned").since(processed).before(due).first();
    if (returned) return failure("returned").evidence(processed, returned);
    return (asOf < due ? pendingUntil("window", due) : success("processed", due)).evidence(processed);
  },
});
