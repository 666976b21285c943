// Reads a calendar file with node-ical; prints one JSON list. Whole days are dates in the reader's own zone.
import { createRequire } from "node:module";

const require = createRequire(process.env.READER_MODULES + "/");
const ical = require("node-ical");
const pad = (number) => String(number).padStart(2, "0");
const tell = (moment, wholeDay) =>
  wholeDay
    ? `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`
    : moment.toISOString().replace(".000Z", "Z");
const found = Object.values(ical.sync.parseFile(process.argv[2])).filter((item) => item.type === "VEVENT");
console.log(
  JSON.stringify(
    found.map((event) => ({
      uid: event.uid,
      title: typeof event.summary === "string" ? event.summary : event.summary.val,
      status: event.status,
      start: tell(event.start, event.datetype === "date"),
      end: tell(event.end, event.datetype === "date"),
    })),
  ),
);
