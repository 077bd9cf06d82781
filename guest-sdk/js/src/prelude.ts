// The first module of every component: when a rule's own modules run, at build time, the ambient things are gone already, so that no
// clock or chance of the build gets into them.

import { forbidAmbient } from "./ambient.js";

forbidAmbient();

const nothing = () => {};
const silent = { debug: nothing, error: nothing, info: nothing, log: nothing, trace: nothing, warn: nothing };
// Whoever tries a rule out in node sees what it prints; in the sandbox nobody reads it, and it changes nothing.
Object.assign(globalThis, { console: silent });
