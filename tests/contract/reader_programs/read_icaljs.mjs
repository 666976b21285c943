// Reads a calendar file with ical.js (Thunderbird, Nextcloud); prints one JSON list.
import fs from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.env.READER_MODULES + "/");
const ICAL = await import(require.resolve("ical.js")).then((module) => module.default);
const root = new ICAL.Component(ICAL.parse(fs.readFileSync(process.argv[2], "utf8")));
const tell = (time) =>
  time.isDate ? time.toString() : time.toJSDate().toISOString().replace(".000Z", "Z");
console.log(
  JSON.stringify(
    root.getAllSubcomponents("vevent").map((component) => {
      const event = new ICAL.Event(component);
      return {
        uid: event.uid,
        title: event.summary,
        status: component.getFirstPropertyValue("status"),
        start: tell(event.startDate),
        end: tell(event.endDate),
      };
    }),
  ),
);
