import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";

/** What the dashboards are put together from: every query goes to the one Prometheus that Slipway sets up. */
const SOURCE = { type: "prometheus", uid: "slipway" };
const WIDTH = 24;

type Unit = "bytes" | "s" | "percentunit" | "short" | "dtdurations" | "Bps" | "none";

function target(expr: string, legend: string, refId: string) {
  return new prometheus.DataqueryBuilder().datasource(SOURCE).expr(expr).legendFormat(legend).refId(refId);
}

/** A line over time for each series of each query. */
export function graph(title: string, unit: Unit, queries: Readonly<Record<string, string>>, span = WIDTH / 2) {
  const panel = new timeseries.PanelBuilder().title(title).unit(unit).datasource(SOURCE).height(8).span(span).min(0);
  for (const [index, [legend, expr]] of Object.entries(queries).entries())
    panel.withTarget(target(expr, legend, String.fromCharCode(65 + index)).range());
  return panel;
}

/** One number, as it is now. */
export function number(title: string, unit: Unit, expr: string, span = WIDTH / 4) {
  return new stat.PanelBuilder()
    .title(title)
    .unit(unit)
    .datasource(SOURCE)
    .height(4)
    .span(span)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .withTarget(target(expr, "", "A").instant());
}

/** A row for each series, as they are now. */
export function rows(title: string, expr: string) {
  return new table.PanelBuilder()
    .title(title)
    .datasource(SOURCE)
    .height(10)
    .span(WIDTH)
    .withTarget(target(expr, "", "A").instant().format(prometheus.PromQueryFormat.Table));
}

/** A choice at the head of the dashboard: the values of a label. */
export function choice(name: string, metric: string) {
  return new dashboard.QueryVariableBuilder(name)
    .datasource(SOURCE)
    .query(`label_values(${metric}, ${name})`)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue(".*");
}

export function page(uid: string, title: string, about: string) {
  return new dashboard.DashboardBuilder(title)
    .uid(`slipway-${uid}`)
    .description(about)
    .tags(["slipway", "urbit"])
    .timezone("utc")
    .time({ from: "now-6h", to: "now" })
    .refresh("1m")
    .readonly();
}
