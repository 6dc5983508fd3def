// Draws the figure of the widget with plotly.js. One script per page, whatever the number of widgets;
// while a figure is drawn, only the newest of those that come in is kept.

const DARK = {
  "#000000": "#f2f2f2",
  "#222222": "#e4e4e4",
  "#444444": "#cfcfcf",
  "#555555": "#bdbdbd",
  "#777777": "#a5a5a5",
  "#bbbbbb": "#5c5c5c",
  "#dddddd": "#3d3d3d",
  "#eeeeee": "#333333",
  "#0072B2": "#4fb0ea",
  "#D55E00": "#ff8a3c",
  white: "#111111", // JupyterLab's dark ground, so that hollow dots stay hollow
  "rgba(255, 255, 255, 0.8)": "rgba(17, 17, 17, 0.75)",
};

const CONFIG = {
  responsive: true,
  displaylogo: false,
  modeBarButtonsToRemove: ["select2d", "zoomIn2d", "zoomOut2d", "autoScale2d", "toImage"],
};

// plotly.js is one function of five megabytes, which takes a second to begin. The page starts on it when
// its text arrives, while the kernel still computes what will be drawn.
const PATIENCE = 240; // times a quarter of a second

async function begin(source) {
  const packed = new DecompressionStream("gzip");
  const writer = packed.writable.getWriter();
  writer.write(source.get("script"));
  writer.close();
  const text = await new Response(packed.readable).text();
  // Pages with a module loader of their own must not see this as one of its modules.
  const own = { define: undefined, module: undefined, exports: undefined };
  for (const name of Object.keys(own)) [own[name], globalThis[name]] = [globalThis[name], undefined];
  try {
    (0, eval)(bare(text));
  } finally {
    Object.assign(globalThis, own);
  }
  return globalThis.Plotly;
}

// Without the function around it, where it is the known one: each layer is parsed once more.
function bare(text) {
  const start = text.indexOf("var Plotly=(");
  const end = text.lastIndexOf("return Plotly;");
  const inside = text.slice(start, end);
  const known = start > 0 && text.length - inside.length < 2000 && inside.includes("window.Plotly = Plotly");
  return known ? `"use strict";${inside}` : text;
}

function start(source) {
  if (!source && globalThis.Plotly) return Promise.resolve(globalThis.Plotly);
  globalThis.glutelabPlotly ??= begin(source).catch((error) => {
    globalThis.glutelabPlotly = undefined;
    throw error;
  });
  return globalThis.glutelabPlotly;
}

async function plotly(model) {
  const id = model.get("_source").replace("IPY_MODEL_", "");
  return start(await found(model.widget_manager, id));
}

// A page that comes back to a kernel asks it for the widgets there are, which takes its time; one that
// is made meanwhile may be here before the one it refers to.
async function found(manager, id) {
  for (let tries = 0; ; tries++) {
    try {
      return await manager.get_model(id);
    } catch (error) {
      if (globalThis.Plotly) return undefined; // of an earlier kernel, which will do
      if (tries >= PATIENCE) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

function initialize({ model }) {
  if (model.get("script")) start(model).catch(() => {}); // who draws will say so
}

function isDark(el) {
  const theme = document.body.dataset.jpThemeLight;
  if (theme !== undefined) return theme === "false";
  const color = getComputedStyle(el).getPropertyValue("--vscode-editor-foreground");
  return color ? /^#[c-f]/i.test(color.trim()) : false;
}

function paint(text, dark) {
  const darker = (key, value) => (typeof value === "string" && value in DARK ? DARK[value] : value);
  const figure = JSON.parse(text, dark ? darker : undefined); // a look at each value takes its time
  const layout = figure.layout;
  layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0, 0, 0, 0)";
  if (dark) {
    const grid = { gridcolor: "#3a3a3a", linecolor: "#6a6a6a", zerolinecolor: "#6a6a6a" };
    for (const key of Object.keys(layout)) {
      if (/^[xy]axis\d*$/.test(key)) layout[key] = { ...layout[key], ...grid };
    }
    layout.hoverlabel = { ...layout.hoverlabel, bgcolor: "#222222", font: { color: "#e4e4e4" } };
  }
  return figure;
}

function inOrder(names) {
  return JSON.stringify([...new Set(names.map(String))].sort());
}

function chosenIn(data) {
  return inOrder(data.flatMap((trace) => (trace.selectedpoints ?? []).map((k) => trace.customdata[k])));
}

function withoutChoice(data) {
  return data.map((trace) => ({ ...trace, selectedpoints: undefined }));
}

function dropOutlines(plot) {
  for (const outline of plot.querySelectorAll(".select-outline")) outline.remove();
}

// Names of the dots within the outline of the lasso.
function caught(plot) {
  const outline = plot.querySelector(".select-outline");
  const { xaxis, yaxis } = plot._fullLayout;
  return plot._fullData.flatMap(({ visible, x, y, customdata }) =>
    outline && visible === true && customdata
      ? Array.from(customdata).filter((_, k) =>
          outline.isPointInFill(new DOMPoint(xaxis.d2p(x[k]), yaxis.d2p(y[k]))))
      : [],
  );
}

function render({ model, el }) {
  const plot = document.createElement("div");
  plot.className = "glutelab-surface";
  plot.setAttribute("role", "img");
  el.append(plot);
  const name = () => plot.setAttribute("aria-label", model.get("label"));
  name();

  let drawing = false;
  let waiting = false;
  let gone = false;
  let listening = false;
  let revision = 0;
  let before = [];
  let lassoed; // who was caught by the lasso that plotly has just drawn
  let hand = false; // whether it is being drawn

  async function draw() {
    if (drawing) {
      waiting = true;
      return;
    }
    drawing = true;
    try {
      const Plotly = await plotly(model);
      do {
        waiting = false;
        if (gone) return;
        const { data, layout } = paint(model.get("_figure"), isDark(el));
        layout.selections = [];
        layout.newselection = { mode: "gradual" }; // plotly lays out all anew for one that stays
        // plotly computes anew what has another revision; lines and words over the same data it only
        // draws again.
        const now = [JSON.stringify(withoutChoice(data)), chosenIn(data), JSON.stringify(layout)];
        const same = now.map((part, k) => part === before[k]);
        const lit = same[0] && same[2] && now[1] === lassoed; // when they were caught
        if (!lit) {
          revision += same[0] && same[1] ? 0 : 1;
          layout.datarevision = layout.selectionrevision = revision; // who is chosen, the kernel says
          // plotly asks the page for the height when the width changes; it must not find none.
          plot.style.height = layout.height ? `${layout.height}px` : "";
          await Plotly.react(plot, data, layout, CONFIG);
          dropOutlines(plot);
          if (!listening) listen();
          lassoed = undefined;
        }
        before = now;
        plot.dataset.drawn = String(Number(plot.dataset.drawn ?? 0) + 1);
        plot.dataset.view = layout.meta?.view ?? "";
      } while (waiting);
      plot.dispatchEvent(new CustomEvent("glutelab-drawn"));
    } catch (error) {
      plot.textContent = `The figure could not be drawn: ${error.message}`;
      plot.dataset.failed = "true";
    } finally {
      drawing = false;
    }
  }

  function listen() {
    listening = true;
    const choose = (names) => {
      if (drawing) return; // a redraw takes the outline of the lasso away, and says so
      model.send({ type: "choose", names: [...new Set(names.map(String))] });
    };
    const named = (points) => points.flatMap((point) => point.customdata ?? []);
    // While the hand moves, plotly looks at the dots ten times a second, and after it lets go it
    // waits for the next of these looks. What is linked need not wait.
    const letGo = () => {
      hand = false;
      if (drawing) return;
      const names = caught(plot);
      lassoed = names.length ? inOrder(names) : undefined; // of nobody, plotly fades everybody
      choose(names);
    };
    plot.on("plotly_selecting", () => {
      if (!hand) window.addEventListener("mouseup", letGo, { capture: true, once: true });
      hand = true;
    });
    plot.on("plotly_selected", (event) => {
      if (!event) return;
      const names = named(event.points);
      if (inOrder(names) !== lassoed) choose(names);
      dropOutlines(plot);
    });
    plot.on("plotly_click", (event) => choose(named(event.points)));
    plot.on("plotly_deselect", () => choose([]));
    plot.on("plotly_doubleclick", () => choose([]));
  }

  model.on("change:_figure", draw);
  model.on("change:label", name);
  const theme = new MutationObserver(draw);
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  // A notebook lays out a cell after it was filled: the width is known only then.
  const size = new ResizeObserver(() => {
    if (plot.dataset.drawn && plot.clientWidth) globalThis.Plotly?.Plots.resize(plot);
  });
  size.observe(el);
  draw();

  return () => {
    gone = true;
    theme.disconnect();
    size.disconnect();
    model.off("change:_figure", draw);
    model.off("change:label", name);
    globalThis.Plotly?.purge(plot);
  };
}

export default { initialize, render };
