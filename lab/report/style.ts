/** Style sheet of the report; it follows the reader's preference for light or dark. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f7f7f5; --card: #ffffff; --ink: #1c1d1f; --soft: #66696e; --rule: #e3e3df; --band: #f1f1ee;
  --chip: #e6e6e1; --good: #1b7a43; --bad: #b3261e;
  --cpu: #c2571a; --instances: #2563b8; --nodes: #1b7a5a; --queue: #7a4bb0; --rollout: #4a6b8a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #141517; --card: #1c1e21; --ink: #ececea; --soft: #9b9ea4; --rule: #303338; --band: #23262a;
    --chip: #34383e; --good: #5fc98a; --bad: #ff8a80;
    --cpu: #f0935a; --instances: #6ea8f5; --nodes: #55c79c; --queue: #b992ea; --rollout: #8fb3d4;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1220px; margin: 0 auto; padding: 36px 24px 48px; }
h1 { display: flex; flex-wrap: wrap; align-items: center; gap: 14px; margin: 0 0 4px; font-size: 26px; letter-spacing: -0.01em; }
.verdict { padding: 2px 12px; border: 1.5px solid; border-radius: 99px; font-size: 14px; font-weight: 600; letter-spacing: 0; }
.verdict.held { color: var(--good); }
.verdict.failed, tr.failed td { color: var(--bad); }
header p, footer { margin: 0; color: var(--soft); }
figure { margin: 24px 0; padding: 20px 24px 12px; background: var(--card); border: 1px solid var(--rule); border-radius: 12px; }
.narrow { display: none; }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, "Segoe UI", Roboto, sans-serif; }
.band { fill: transparent; }
.band.odd { fill: var(--band); }
.chip { fill: var(--chip); }
.chip-text { fill: var(--ink); text-anchor: middle; font-size: 11px; font-weight: 600; }
.panel-label { fill: var(--series, var(--ink)); font-size: 13px; font-weight: 600; }
.step-name { fill: var(--ink); stroke: var(--card); stroke-width: 4; paint-order: stroke; }
.leader { stroke: var(--rule); fill: none; }
.peak { fill: var(--card); stroke: var(--series); stroke-width: 2.5; }
.rollout.out { fill: var(--rollout); }
.rollout.back { fill: var(--bad); }
.chip.failed { fill: var(--bad); }
.panel-note { font-weight: 400; font-size: 12px; }
.panel-note, .tick { fill: var(--soft); font-variant-numeric: tabular-nums; }
.guide { stroke: var(--rule); }
.line { fill: none; stroke: var(--series); stroke-width: 2; stroke-linejoin: round; }
.area { fill: var(--series); opacity: 0.13; }
.cpu { --series: var(--cpu); }
.instances { --series: var(--instances); }
.nodes { --series: var(--nodes); }
.queue { --series: var(--queue); }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--rule); border-radius: 12px; }
th { color: var(--soft); font-size: 12px; font-weight: 600; text-align: left; }
th, td { padding: 9px 14px; border-bottom: 1px solid var(--rule); vertical-align: top; overflow-wrap: anywhere; }
tbody tr:last-child td { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.name { font-weight: 600; white-space: nowrap; }
.number-chip { display: inline-grid; place-items: center; width: 22px; height: 22px; border-radius: 99px; background: var(--chip); font-size: 11px; font-weight: 600; }
footer { margin-top: 20px; font-size: 13px; }
@media (max-width: 700px) {
  main { padding: 20px 12px 32px; }
  figure { margin: 16px 0; padding: 12px 10px 6px; }
  .wide, thead { display: none; }
  .narrow { display: block; }
  table, tbody { display: block; }
  tr { display: grid; grid-template-columns: auto 1fr auto; gap: 2px 10px; padding: 10px 12px; border-bottom: 1px solid var(--rule); }
  tbody tr:last-child { border-bottom: 0; }
  td { padding: 0; border: 0; }
  td:last-child { grid-column: 1 / -1; }
  td.number::after { content: " s"; }
}
`;
