import { fixtures } from "assay-sdk/testing";

import { rule } from "../dist/rule.js";

fixtures(rule, new URL("../fixtures/", import.meta.url));
