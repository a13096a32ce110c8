// ECharts with the few kinds that Kehu draws, in the page's colours and type.
import { BarChart, FunnelChart, GaugeChart, HeatmapChart, LineChart, PieChart, SankeyChart, ScatterChart } from "echarts/charts";
import { DatasetComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent,
  TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, FunnelChart, GaugeChart, HeatmapChart, LineChart, PieChart, SankeyChart, ScatterChart, DatasetComponent,
  GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, TooltipComponent,
  VisualMapComponent, CanvasRenderer]);

type Options = Record<string, unknown>;
type Formatter = (value: unknown) => string;

/** A token's colour as the browser sees it now: light-dark() is only resolved on an element. */
function colours(host: HTMLElement): (token: string) => string {
  const known = new Map<string, string>();
  return (token) => {
    let colour = known.get(token);
    if (!colour) {
      const probe = document.createElement("i");
      probe.style.color = `var(${token})`;
      host.append(probe);
      known.set(token, (colour = getComputedStyle(probe).color));
      probe.remove();
    }
    return colour;
  };
}

const language = () => document.documentElement.lang || "en";

function formatter(kind: string): Formatter {
  const settings: Record<string, Intl.NumberFormatOptions> = {
    short: { notation: "compact", maximumFractionDigits: 1 },
    number: { maximumFractionDigits: 1 },
    percent: { style: "percent", maximumFractionDigits: 1 },
  };
  const format = new Intl.NumberFormat(language(), settings[kind] ?? {});
  return (value) => (value === null || value === undefined || value === "-" ? "–" : format.format(Number(value)));
}

/** The options with tokens turned into colours and format names into functions. */
function resolve(value: unknown, colour: (token: string) => string): unknown {
  if (typeof value === "string") return value.startsWith("--") ? colour(value) : value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, colour));
  if (value && typeof value === "object") {
    const kind = (value as Options).$format;
    if (typeof kind === "string") return formatter(kind);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, colour)]));
  }
  return value;
}

function axis(given: unknown, colour: (token: string) => string): unknown {
  const one = (item: Options): Options => ({
    ...item,
    axisLine: { show: item.type !== "value", lineStyle: { color: colour("--k-line-strong") }, ...(item.axisLine as Options) },
    axisTick: { show: false, ...(item.axisTick as Options) },
    axisLabel: { color: colour("--k-ink-3"), fontSize: 12, hideOverlap: true, ...(item.axisLabel as Options) },
    nameTextStyle: { color: colour("--k-ink-3"), fontSize: 12, ...(item.nameTextStyle as Options) },
    splitLine: { show: item.type === "value", lineStyle: { color: colour("--k-line") }, ...(item.splitLine as Options) },
  });
  return Array.isArray(given) ? given.map((item) => one(item as Options)) : given ? one(given as Options) : undefined;
}

function dressed(given: Options, host: HTMLElement): Options {
  const colour = colours(host);
  const options = resolve(given, colour) as Options;
  const font = getComputedStyle(host).fontFamily;
  const quiet = { color: colour("--k-ink-2"), fontFamily: font, fontSize: 12 };
  return {
    animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250,
    color: [1, 2, 3, 4, 5, 6, 7].map((number) => colour(`--k-series-${number}`)),
    textStyle: { fontFamily: font, color: colour("--k-ink-2") },
    ...options,
    grid: options.grid ?? { left: 4, right: 12, top: 36, bottom: 4, containLabel: true },
    legend: options.legend === false ? undefined : { top: 0, left: 0, itemWidth: 14, itemHeight: 8, itemGap: 16, icon: "roundRect",
      inactiveColor: colour("--k-line-strong"), textStyle: quiet, ...(options.legend as Options) },
    tooltip: { renderMode: "richText", confine: true, trigger: "axis", backgroundColor: colour("--k-raised"),
      borderColor: colour("--k-line-strong"), borderWidth: 1, padding: [8, 12], textStyle: { ...quiet, color: colour("--k-ink") },
      axisPointer: { lineStyle: { color: colour("--k-line-strong") }, shadowStyle: { color: colour("--k-quiet-wash") } },
      ...(options.tooltip as Options) },
    xAxis: axis(options.xAxis, colour),
    yAxis: axis(options.yAxis, colour),
  };
}

export function draw(host: HTMLElement, given: Options): { redraw(): void; resize(): void; dispose(): void } {
  const chart = init(host, null, { renderer: "canvas" });
  const redraw = () => chart.setOption(dressed(given, host) as never, true);
  redraw();
  return { redraw, resize: () => chart.resize(), dispose: () => chart.dispose() };
}
