// Behaviour of report.html: tables that sort, charts with hover values and series that can be switched off.
// Everything is there without it: tables in the suite's order, figures as static SVG.
'use strict';

(() => {
  const dark = window.matchMedia('(prefers-color-scheme: dark)');

  // --- tables -----------------------------------------------------------------------------------

  /** What a cell is compared by: its data-order where it has one (numbers), else its text. */
  function orderOf(cell) {
    const given = cell.dataset.order;
    return given === undefined ? cell.textContent.trim() : Number(given);
  }

  /** Numbers before texts, texts as people sort them ("step 5" before "step 10"). */
  function compare(a, b) {
    const numbers = (typeof a === 'number') + (typeof b === 'number');
    if (numbers === 1) return typeof a === 'number' ? -1 : 1;
    if (numbers === 2) return a - b || (a > b) - (a < b);  // infinities are equal to themselves
    return a.localeCompare(b, 'en', {numeric: true});
  }

  function sortBy(table, column) {
    const heading = table.tHead.rows[0].cells[column];
    const down = heading.getAttribute('aria-sort') === 'ascending';
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const body = table.tBodies[0];
    const keyed = [...body.rows].map((row) => ({row, order: orderOf(row.cells[column])}));
    keyed.sort((a, b) => (down ? compare(b.order, a.order) : compare(a.order, b.order)));  // stable
    for (const {row} of keyed) body.append(row);
  }

  function makeSortable(table) {
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...heading.childNodes);
      button.addEventListener('click', () => sortBy(table, column));
      heading.append(button);
    });
  }

  // --- axes -------------------------------------------------------------------------------------

  function numberLabel(value) {
    if (value === 0) return '0';
    const size = Math.abs(value);
    if (size >= 1e-4 && size < 1e6) return String(Number(value.toPrecision(10)));
    return value.toExponential(3).replace(/\.?0+e/, 'e').replace('e+', 'e');
  }

  function linearTicks(low, high, most) {
    const raw = (high - low) / Math.max(1, most);
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = power * [1, 2, 5, 10].find((factor) => power * factor >= raw * 0.999);
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i) ticks.push(i * step);
    return ticks;
  }

  function logTicks(low, high, most) {
    const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high));
    for (const factors of [[1, 2, 3, 5], [1, 2, 5], [1, 3], [1]]) {
      const ticks = [];
      for (let decade = first; decade <= last; ++decade) {
        for (const factor of factors) {
          const tick = factor * 10 ** decade;
          if (tick >= low * 0.9999 && tick <= high * 1.0001) ticks.push(tick);
        }
      }
      if (factors.length === 1 && ticks.length > most) {
        const stride = Math.ceil(ticks.length / most);
        return ticks.filter((_, index) => index % stride === 0);
      }
      if (ticks.length <= most && ticks.length >= 3) return ticks;
    }
    return linearTicks(low, high, most);
  }

  function ticker(log, given, room) {
    return (low, high, pixels) => {
      if (given.length > 0) return given.filter(([at]) => at >= low && at <= high).map(([v, label]) => ({v, label}));
      const most = Math.max(2, Math.floor(pixels / room));
      const ticks = log && low > 0 ? logTicks(low, high, most) : linearTicks(low, high, most);
      return ticks.map((v) => ({v, label: numberLabel(v)}));
    };
  }

  // --- colours ----------------------------------------------------------------------------------

  /** The colour as it is on white; on a dark page dark ones are lightened until they can be seen. */
  function shown(color) {
    if (!dark.matches) return color;
    let rgb = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
    const light = (c) => 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
    while (light(rgb) < 120) rgb = rgb.map((channel) => channel + (255 - channel) * 0.15);
    return `rgb(${rgb.map(Math.round).join(',')})`;
  }

  function style(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // --- charts -----------------------------------------------------------------------------------

  function significant(value) {
    if (value === 'inf') return 'diverged';
    const size = Math.abs(value);
    if (value !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(2);
    return Number(value.toPrecision(4)).toString();
  }

  function markerShape(context, shape, x, y, size) {
    context.beginPath();
    if (shape === 'up' || shape === 'down') {
      const sign = shape === 'up' ? -1 : 1;
      context.moveTo(x, y + sign * size);
      context.lineTo(x - size, y - sign * size * 0.7);
      context.lineTo(x + size, y - sign * size * 0.7);
      context.closePath();
    } else if (shape === 'square') {
      context.rect(x - size * 0.85, y - size * 0.85, size * 1.7, size * 1.7);
    } else if (shape === 'diamond') {
      context.moveTo(x, y - size * 1.15);
      context.lineTo(x + size * 1.15, y);
      context.lineTo(x, y + size * 1.15);
      context.lineTo(x - size * 1.15, y);
      context.closePath();
    } else {
      context.arc(x, y, size, 0, 2 * Math.PI);
    }
  }

  /** One panel of a figure: a Dygraph and what it was made of. */
  class PanelChart {
    constructor(figure, panel, element) {
      this.figure = figure;
      this.chart = figure.chart;
      this.panel = panel;
      this.drawn = panel.series.filter((series) => series.kind !== 'rule');
      this.rules = panel.series.filter((series) => series.kind === 'rule');
      this.lookup = this.drawn.map((series) => new Map(series.x.map((x, i) => [x, i])));
      this.dygraph = new Dygraph(element, this.rows(), this.options());
      this.dygraph.ready(() => element.setAttribute('data-ready', ''));
    }

    /** A value far outside the frame (divergence, zero on a logarithmic axis) as one just far enough. */
    clamped(value) {
      const [low, high] = this.panel.yRange;
      if (value === null) return null;
      const number = value === 'inf' ? Infinity : value;
      if (this.chart.logY) return Math.min(Math.max(number, low * 1e-3), high * 1e3);
      return Math.min(Math.max(number, low - 10 * (high - low)), high + 10 * (high - low));
    }

    /** [x, [low, y, high], ...] with the x of all series. */
    rows() {
      const xs = new Set();
      for (const series of this.drawn) series.x.forEach((x) => xs.add(x));
      return [...xs].sort((a, b) => a - b).map((x) => [
        x, ...this.drawn.map((series, index) => {
          const i = this.lookup[index].get(x);
          if (i === undefined || series.y[i] === null) return [null, null, null];
          const y = this.clamped(series.y[i]);
          if (!series.low || series.y[i] === 'inf') return [y, y, y];
          return [this.clamped(series.low[i]), y, this.clamped(series.high[i])];
        })]);
    }

    /** A hair beyond the range: Dygraph leaves out a tick on the very edge. */
    rightEdge() {
      const [low, high] = this.panel.range;
      return this.chart.logX ? high * 1.000001 : high + (high - low) * 1e-6;
    }

    colors() {
      return {
        colors: this.drawn.map((series) => shown(series.color)),
        gridLineColor: style('--grid'), axisLineColor: style('--faint'),
      };
    }

    options() {
      const {chart, panel} = this;
      const series = {};
      this.drawn.forEach((one, index) => {
        const dashed = one.dash.length > 0 ? one.dash.map((length) => length * one.width) : null;
        series[`s${index}`] = {strokeWidth: one.width, strokePattern: dashed};
        if (one.kind !== 'line') series[`s${index}`].plotter = (event) => this.markers(event, one, index);
      });
      const model = Object.assign({}, Dygraph.defaultInteractionModel);
      for (const touch of ['touchstart', 'touchmove', 'touchend']) delete model[touch];  // a finger scrolls the page
      return Object.assign(this.colors(), {
        labels: ['x', ...this.drawn.map((_, index) => `s${index}`)],
        visibility: this.drawn.map(() => true),
        customBars: true, connectSeparatedPoints: true, fillAlpha: 0.16, series,
        logscale: chart.logY, valueRange: panel.yRange, dateWindow: [panel.range[0], this.rightEdge()],
        legend: 'never', highlightCircleSize: 3, interactionModel: model,
        xlabel: chart.x, ylabel: chart.y, xLabelHeight: 18, yLabelWidth: 18, axisLabelFontSize: 12,
        rightGap: 16,
        axes: {
          x: {logscale: chart.logX, ticker: ticker(chart.logX, chart.xTicks, 60), drawGrid: false},
          y: {ticker: ticker(chart.logY, [], 34), axisLabelWidth: 52},
        },
        underlayCallback: (context, area, dygraph) => this.drawRules(context, area, dygraph),
        highlightCallback: (event, x) => this.figure.show(this, x),
        unhighlightCallback: () => this.figure.show(null),
      });
    }

    markers(event, series, index) {
      const context = event.drawingContext, dygraph = event.dygraph, [, high] = this.panel.yRange;
      context.strokeStyle = context.fillStyle = event.color;
      context.setLineDash([]);
      for (const point of event.points) {
        const i = this.lookup[index].get(point.xval);
        if (i === undefined || series.y[i] === null) continue;
        const above = series.y[i] === 'inf' || series.y[i] > high;
        if (above && series.kind === 'markers') {
          context.lineWidth = 1.4;
          markerShape(context, 'up', point.canvasx, event.plotArea.y + 8, 5);
          context.stroke();
          continue;
        }
        if (series.low && series.low[i] !== series.high[i]) {
          context.lineWidth = 1.2;
          context.beginPath();
          context.moveTo(point.canvasx, dygraph.toDomYCoord(this.clamped(series.low[i])));
          context.lineTo(point.canvasx, dygraph.toDomYCoord(this.clamped(series.high[i])));
          context.stroke();
        }
        markerShape(context, series.marker, point.canvasx, point.canvasy, series.kind === 'spot' ? 4.5 : 4);
        context.lineWidth = 1.8;
        if (series.open) context.stroke(); else context.fill();
      }
    }

    drawRules(context, area, dygraph) {
      for (const rule of this.rules) {
        context.save();
        context.strokeStyle = shown(rule.color);
        context.lineWidth = rule.width;
        context.setLineDash(rule.dash);
        for (const x of rule.x) {
          const at = dygraph.toDomXCoord(x);
          context.beginPath();
          context.moveTo(at, area.y);
          context.lineTo(at, area.y + area.h);
          context.stroke();
        }
        context.restore();
      }
    }

    /** The point of a series at x; where lines have points of their own, the last one before it. */
    pointAt(index, x) {
      const xs = this.drawn[index].x, i = this.lookup[index].get(x);
      if (i !== undefined || !this.chart.linesDifferInX || x > xs[xs.length - 1]) return i;
      const next = xs.findIndex((at) => at > x);
      return next > 0 ? next - 1 : undefined;
    }

    /** Value and interval of the series with this label at x, as text; empty where it has none. */
    valueText(label, x) {
      for (let index = 0; index < this.drawn.length; ++index) {
        const series = this.drawn[index], i = this.pointAt(index, x);
        if (series.label !== label || i === undefined || series.y[i] === null) continue;
        const y = significant(series.y[i]);
        if (!series.low || series.y[i] === 'inf' || series.low[i] === series.high[i]) return y;
        return `${y} [${significant(series.low[i])}, ${significant(series.high[i])}]`;
      }
      return '';
    }

    /** x as the axis has it: the label of the nearest tick where the ticks are given. */
    xText(x) {
      const ticks = this.chart.xTicks.filter(([, label]) => label !== '');
      if (ticks.length === 0) return `${this.chart.x} ${significant(x)}`;
      const nearest = ticks.reduce((a, b) => (Math.abs(b[0] - x) < Math.abs(a[0] - x) ? b : a));
      return `${this.chart.x} ${nearest[1]}`;
    }

    setVisible(label, visible) {
      this.drawn.forEach((series, index) => {
        // a spot marks something on the curve of its colour and goes with it
        if (series.label === label || (series.label === '' && series.of === label)) {
          this.dygraph.setVisibility(index, visible);
        }
      });
    }
  }

  class FigureChart {
    constructor(element) {
      this.element = element;
      this.chart = JSON.parse(element.querySelector('script').textContent);
      const holder = element.querySelector('.interactive');
      holder.hidden = false;
      element.classList.add('live');
      const panels = document.createElement('div');
      panels.className = this.chart.panels.length > 1 ? 'panels many' : 'panels';
      const frames = this.chart.panels.map((panel) => {
        const frame = document.createElement('div'), plot = document.createElement('div');
        if (panel.title) {
          const title = document.createElement('div');
          title.className = 'panel-title';
          title.textContent = panel.title;
          frame.append(title);
        }
        plot.className = 'plot';
        frame.append(plot);
        panels.append(frame);
        return plot;
      });
      holder.append(panels, this.keys());
      this.panels = frames.map((plot, index) => new PanelChart(this, this.chart.panels[index], plot));
    }

    /** The legend: a button per label, which also shows the value under the pointer. */
    keys() {
      const keys = document.createElement('div');
      keys.className = 'keys';
      this.at = document.createElement('span');
      this.at.className = 'at';
      this.buttons = this.chart.legend.map((label) => {
        const series = this.chart.panels.flatMap((panel) => panel.series).find((one) => one.label === label);
        const button = document.createElement('button');
        button.type = 'button';
        button.setAttribute('aria-pressed', 'true');
        button.title = 'show or hide';
        const swatch = document.createElement('canvas'), name = document.createElement('span'),
              value = document.createElement('span');
        swatch.className = 'swatch';
        name.className = 'name';
        name.textContent = label;
        value.className = 'value';
        button.append(swatch, name, value);
        button.addEventListener('click', () => this.toggle(label, button));
        keys.append(button);
        return {label, button, value, swatch, series};
      });
      keys.append(this.at);
      this.drawSwatches();
      return keys;
    }

    drawSwatches() {
      for (const {swatch, series} of this.buttons) {
        const ratio = window.devicePixelRatio || 1, context = swatch.getContext('2d');
        swatch.width = 28 * ratio;
        swatch.height = 12 * ratio;
        context.scale(ratio, ratio);
        context.strokeStyle = context.fillStyle = shown(series.color);
        context.lineWidth = series.width;
        if (series.kind === 'line') {
          context.setLineDash(series.dash.map((length) => length * 0.8));
          context.beginPath();
          context.moveTo(0, 6);
          context.lineTo(28, 6);
          context.stroke();
        } else {
          markerShape(context, series.marker, 14, 6, 4);
          if (series.open) context.stroke(); else context.fill();
        }
      }
    }

    toggle(label, button) {
      const visible = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(visible));
      for (const panel of this.panels) panel.setVisible(label, visible);
    }

    show(panel, x) {
      for (const {label, value, button} of this.buttons) {
        const on = panel && button.getAttribute('aria-pressed') === 'true';
        value.textContent = on ? panel.valueText(label, x) : '';
      }
      const title = panel && this.panels.length > 1 ? panel.panel.title + ', ' : '';
      this.at.textContent = panel ? title + panel.xText(x) : '';
    }

    recolor() {
      this.drawSwatches();
      for (const panel of this.panels) panel.dygraph.updateOptions(panel.colors());
    }
  }

  // --- page -------------------------------------------------------------------------------------

  for (const table of document.querySelectorAll('table.sortable')) makeSortable(table);

  /** All charts of the page, for tests and for a curious reader's console. */
  const figures = [...document.querySelectorAll('figure')]
      .filter((figure) => figure.querySelector('script')).map((figure) => new FigureChart(figure));
  window.l2lbench = {figures};
  dark.addEventListener('change', () => figures.forEach((figure) => figure.recolor()));

  /** What a link leads to may be folded away. */
  function unfoldTarget() {
    let target = null;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch (error) {
      return;  // no id of this page
    }
    for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    if (target) target.scrollIntoView();
  }
  window.addEventListener('hashchange', unfoldTarget);
  unfoldTarget();

  const opened = [];
  window.addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details:not(.long):not([open])')) {
      details.open = true;
      opened.push(details);
    }
  });
  window.addEventListener('afterprint', () => opened.splice(0).forEach((details) => { details.open = false; }));
})();
