// Bars over time, stacked by name. Point at them, drag over them, or use the arrow keys and Enter.

import { h, number, show, svg } from "./dom.js";
import { clock, day } from "./time.js";

const HEIGHT = 170;
const NARROWEST = 280;
const LEFT = 44;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 24;

export class Plot {
  /** @param select is given since and until, as times, when a range is chosen */
  constructor({ select }) {
    Object.assign(this, { select, model: null, names: [], pressed: null, current: null });
    this.canvas = svg("svg", {
      class: "plot", height: HEIGHT, role: "img", tabindex: "0",
      "aria-label": "Events over time. The arrow keys move, Enter narrows to what is pointed at.",
      pointermove: (event) => this.move(event),
      pointerdown: (event) => this.press(event),
      pointerup: (event) => this.release(event),
      pointerleave: () => this.pressed === null && this.hide(),
      keydown: (event) => this.key(event),
    });
    this.tip = h("div", { class: "tip", role: "status", hidden: true });
    this.element = h("div", { class: "plot-area" }, this.canvas, this.tip);
  }

  draw(response, names) {
    this.model = modelOf(response, names);
    this.names = names;
    this.redraw();
  }

  redraw() {
    if (!this.model) return;
    const { canvas, model } = this;
    model.width = Math.max(NARROWEST, this.element.clientWidth);
    canvas.setAttribute("viewBox", `0 0 ${model.width} ${HEIGHT}`);
    canvas.setAttribute("width", model.width);
    if (model.columns.length) this.drawColumns();
    else show(canvas, svg("text", { class: "axis", x: model.width / 2, y: HEIGHT / 2, "text-anchor": "middle" }, "No events here"));
  }

  /** Take the room that there is now. */
  fit() {
    if (this.model?.width !== Math.max(NARROWEST, this.element.clientWidth)) this.redraw();
  }

  drawColumns() {
    const { columns } = this.model;
    show(this.canvas, this.grid(), columns.map((column) => this.bar(column)), this.axis(), overlay("range"), overlay("cursor"));
    if (this.current !== null) this.point(Math.min(this.current, columns.length - 1));
  }

  x(time) {
    const { begin, end, width } = this.model;
    return LEFT + ((time - begin) / (end - begin)) * (width - LEFT - RIGHT);
  }

  y(count) {
    return HEIGHT - BOTTOM - (count / this.model.top) * (HEIGHT - TOP - BOTTOM);
  }

  bar(column) {
    const left = this.x(column.time);
    const space = this.x(column.time + this.model.step) - left;
    // Bars of a second in an hour would be thinner than a line.
    const width = Math.max(1.5, Math.min(space - 1, 26));
    let sum = 0;
    return column.parts.map(([colour, count]) => {
      const from = this.y(sum);
      sum += count;
      const y = this.y(sum);
      return svg("rect", { class: `c${colour}`, x: left + (space - width) / 2, width, y, height: Math.max(0.8, from - y) });
    });
  }

  grid() {
    const { top, width } = this.model;
    return [top / 2, top].map((count) => [
      svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: this.y(count), y2: this.y(count) }),
      svg("text", { class: "axis", x: LEFT - 8, y: this.y(count) + 4, "text-anchor": "end" }, Number.isInteger(count) ? number(count) : ""),
    ]);
  }

  axis() {
    const { begin, end, step, width } = this.model;
    const base = svg("line", { class: "base", x1: LEFT, x2: width - RIGHT, y1: this.y(0), y2: this.y(0) });
    const last = Math.max(1, Math.min(5, Math.floor(width / 150) - 1));
    const ticks = Array.from({ length: last + 1 }, (_, index) => {
      const time = begin + ((end - begin) * index) / last;
      const anchor = index === 0 ? "start" : index === last ? "end" : "middle";
      return svg("text", { class: "axis", x: this.x(time), y: HEIGHT - 6, "text-anchor": anchor }, label(time, end - begin, step));
    });
    return [base, ticks];
  }

  // -- pointing at it -----------------------------------------------------------------------------

  timeAt(event) {
    const box = this.canvas.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
    const { begin, end } = this.model;
    return begin + Math.min(1, Math.max(0, share)) * (end - begin);
  }

  move(event) {
    if (!this.model?.columns.length) return;
    const time = this.timeAt(event);
    if (this.pressed !== null) this.stretch(Math.min(this.pressed, time), Math.max(this.pressed, time));
    this.point(this.nearest(time));
  }

  nearest(time) {
    const { columns, step } = this.model;
    const distances = columns.map((column) => Math.abs(column.time + step / 2 - time));
    return distances.indexOf(Math.min(...distances));
  }

  point(index) {
    this.current = index;
    const { columns, step, width } = this.model;
    const column = columns[index];
    this.lay("cursor", column.time, column.time + step);
    this.tip.hidden = false;
    show(this.tip, h("b", {}, label(column.time, 0, step)), column.parts.map(([colour, count]) => this.tipLine(colour, count)));
    const place = Math.min(Math.max(0, this.x(column.time) - this.tip.offsetWidth / 2), width - this.tip.offsetWidth);
    this.tip.style.left = `${place}px`;
  }

  tipLine(colour, count) {
    const name = colour === "x" ? "others" : this.names[colour];
    return h("div", {}, h("span", { class: `swatch c${colour}` }), `${name} `, h("span", { class: "count" }, number(count)));
  }

  hide() {
    this.tip.hidden = true;
    this.current = null;
    this.canvas.querySelector(".cursor")?.setAttribute("width", 0);
  }

  press(event) {
    if (!this.model?.columns.length) return;
    this.pressed = this.timeAt(event);
    this.canvas.setPointerCapture(event.pointerId);
  }

  stretch(since, until) {
    this.lay("range", since, until);
  }

  /** Lay the mark of a range, or of what is pointed at, over the bars. */
  lay(name, since, until) {
    const mark = this.canvas.querySelector(`.${name}`);
    mark.setAttribute("x", this.x(since));
    mark.setAttribute("width", this.x(until) - this.x(since));
  }

  release(event) {
    if (this.pressed === null) return;
    const { current, model } = this;
    const [since, until] = [this.pressed, this.timeAt(event)].sort((one, other) => one - other);
    this.pressed = null;
    this.stretch(model.begin, model.begin);
    const isDrag = this.x(until) - this.x(since) > 6;
    if (isDrag) this.choose(this.floor(since), this.floor(until) + model.step);
    else if (current !== null) this.narrowTo(current);
    this.hide();
  }

  narrowTo(index) {
    const { time } = this.model.columns[index];
    this.choose(time, time + this.model.step);
  }

  floor(time) {
    return Math.floor(time / this.model.step) * this.model.step;
  }

  choose(since, until) {
    this.select(new Date(since).toISOString(), new Date(until).toISOString());
  }

  key(event) {
    if (!this.model?.columns.length) return;
    const { current } = this;
    const last = this.model.columns.length - 1;
    const places = { ArrowLeft: Math.max(0, (current ?? last + 1) - 1), ArrowRight: Math.min(last, (current ?? -1) + 1), Home: 0, End: last };
    if (event.key in places) this.point(places[event.key]);
    else if (event.key === "Enter" && current !== null) this.narrowTo(current);
    else if (event.key === "Escape") this.hide();
    else return;
    event.preventDefault();
  }
}

function overlay(name) {
  return svg("rect", { class: name, y: TOP, height: HEIGHT - TOP - BOTTOM, width: 0 });
}

/** The columns of a plot: when, and how many of each colour; and how high the highest is. */
function modelOf(response, names) {
  const step = response.seconds * 1000;
  const columns = new Map();
  for (const [text, name, count] of response.steps) {
    const time = stepTime(text);
    if (!columns.has(time)) columns.set(time, { time, parts: [], total: 0 });
    const column = columns.get(time);
    const colour = names.indexOf(name);
    column.parts.push([colour < 0 ? "x" : colour, count]);
    column.total += count;
  }
  const sorted = [...columns.values()].sort((one, other) => one.time - other.time);
  for (const column of sorted) column.parts.sort(([one], [other]) => (one === "x" ? 99 : one) - (other === "x" ? 99 : other));
  const first = response.since ? Date.parse(response.since) : 0;
  const last = response.until ? Date.parse(response.until) : 1;
  const begin = Math.floor(first / step) * step;
  const top = round(Math.max(1, ...sorted.map((column) => column.total)));
  // A few steps at the least, so that a single bar doesn't fill the plot.
  const end = Math.max((Math.floor((last - 1) / step) + 1) * step, begin + 20 * step);
  return { step, columns: sorted, begin, end, top };
}

/** The time at which a step begins, of which the text has only the beginning. */
function stepTime(text) {
  const full = "0001-01-01T00:00:00";
  return Date.parse(`${text}${full.slice(text.length)}Z`);
}

/** The next round number that is no less: 1, 2, 4, 10, 20, 40, … */
function round(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 10].map((times) => times * unit).find((each) => each >= value);
}

function label(time, span, step) {
  const text = new Date(time).toISOString();
  const date = day(text);
  const hours = step < 60_000 ? clock(text) : clock(text).slice(0, 5);
  if (step >= 86_400_000) return date;
  if (span === 0) return `${date}, ${hours}`;
  return span > 2 * 86_400_000 ? `${date.slice(0, -5)}, ${clock(text).slice(0, 5)}` : hours;
}
