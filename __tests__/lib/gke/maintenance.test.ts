import { maintenanceWindow } from "../../../lib/gke/maintenance";

test("has the same first day in every synth", () => {
  expect(maintenanceWindow({ days: ["TU", "WE", "TH"], startUtc: "08:00", hours: 6 })).toEqual({
    startTime: "2024-01-01T08:00:00Z",
    endTime: "2024-01-01T14:00:00Z",
    recurrence: "FREQ=WEEKLY;BYDAY=TU,WE,TH",
  });
});

test("can end after midnight", () => {
  const { startTime, endTime } = maintenanceWindow({ days: ["SU"], startUtc: "22:30", hours: 4 });
  expect([startTime, endTime]).toEqual(["2024-01-01T22:30:00Z", "2024-01-02T02:30:00Z"]);
});
