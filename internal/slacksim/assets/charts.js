// Charts and tables.
import { h, svg, textOf } from './dom.js';
import { richText } from './text.js';

const W = 520, H = 240, LEFT = 48, RIGHT = 12, TOP = 12, BOTTOM = 44;
const color = (i) => `var(--chart${i % 6})`;
const short = (n) => (Math.abs(n) >= 1e6 ? +(n / 1e6).toFixed(1) + 'M' : Math.abs(n) >= 1e4 ? +(n / 1e3).toFixed(1) + 'k' : String(+n.toFixed(2)));

export function chart(block) {
  const c = block.chart, pie = c.type === 'pie';
  const labels = pie ? c.segments.map((s) => s.label) : c.series.map((s) => s.name);
  const legend = pie || labels.length > 1 ? h('ul', { class: 'legend' }, labels.map((l, i) => {
    const dot = h('i'); dot.style.background = color(i);
    return h('li', {}, dot, l + (pie ? ` · ${short(c.segments[i].value)}` : ''));
  })) : null;
  const picture = svg('svg', { viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': describe(block) }, pie ? drawPie(c) : drawAxes(c));
  return h('figure', { class: 'chart chart-' + c.type }, h('figcaption', { text: block.title }), picture, legend);
}

const describe = (b) => b.title + ': ' + (b.chart.segments ? b.chart.segments.map((s) => `${s.label} ${s.value}`) : b.chart.series.map((s) => `${s.name} ${s.data.map((p) => `${p.label} ${p.value}`).join(', ')}`)).join('; ');

function drawPie(c) {
  const total = c.segments.reduce((n, s) => n + s.value, 0), r = 100, cx = W / 2, cy = H / 2;
  let from = -Math.PI / 2;
  return c.segments.map((s, i) => {
    const to = from + (s.value / total) * 2 * Math.PI, at = (a) => `${cx + r * Math.cos(a)} ${cy + r * Math.sin(a)}`;
    const d = c.segments.length === 1 ? `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0` : `M${cx} ${cy}L${at(from)}A${r} ${r} 0 ${to - from > Math.PI ? 1 : 0} 1 ${at(to)}Z`;
    from = to;
    return svg('path', { d, fill: color(i), stroke: 'var(--bg)', 'stroke-width': 2 }, title(`${s.label}: ${s.value}`));
  });
}

const title = (text) => { const t = svg('title'); t.textContent = text; return t; };
const label = (x, y, text, anchor) => { const t = svg('text', { x, y, 'text-anchor': anchor }); t.textContent = text; return t; };

function drawAxes(c) {
  const cats = c.axis_config.categories, n = cats.length, stacked = c.type === 'area';
  const values = stacked ? cats.map((_, j) => c.series.reduce((sum, s) => sum + s.data[j].value, 0)) : c.series.flatMap((s) => s.data.map((p) => p.value));
  const step = nice(Math.max(...values, 0) / 4), top = step * Math.max(1, Math.ceil(Math.max(...values, 0) / step)), low = Math.min(...values, 0);
  const y = (v) => TOP + (H - TOP - BOTTOM) * (1 - (v - low) / (top - low));
  const slot = (W - LEFT - RIGHT) / n, x = (j) => LEFT + slot * (j + 0.5);
  const out = [];
  for (let v = 0; v <= top + step / 2; v += step) out.push(svg('line', { x1: LEFT, x2: W - RIGHT, y1: y(v), y2: y(v), class: 'grid' }), label(LEFT - 6, y(v) + 4, short(v), 'end'));
  const every = Math.ceil(n / Math.max(1, Math.floor((W - LEFT - RIGHT) / (Math.max(...cats.map((t) => t.length)) * 6.2 + 10))));
  cats.forEach((t, j) => { if (j % every === 0) out.push(label(x(j), H - BOTTOM + 16, t, 'middle')); });
  if (c.axis_config.x_label) out.push(label(LEFT + (W - LEFT - RIGHT) / 2, H - 6, c.axis_config.x_label, 'middle'));
  if (c.axis_config.y_label) { const t = label(0, 0, c.axis_config.y_label, 'middle'); t.setAttribute('transform', `translate(10 ${(H - BOTTOM) / 2}) rotate(-90)`); out.push(t); }
  return out.concat(c.type === 'bar' ? bars(c, x, y, slot) : curves(c, x, y, stacked));
}

const nice = (raw) => { const p = 10 ** Math.floor(Math.log10(raw || 1)); return [1, 2, 2.5, 5, 10].map((m) => m * p).find((s) => s >= raw) || 1; };

function bars(c, x, y, slot) {
  const w = Math.min(36, (slot * 0.72) / c.series.length);
  return c.series.flatMap((s, i) => s.data.map((p, j) => svg('rect', {
    x: x(j) + (i - c.series.length / 2) * w + 1, width: Math.max(1, w - 2), rx: 3, y: Math.min(y(p.value), y(0)), height: Math.abs(y(p.value) - y(0)), fill: color(i),
  }, title(`${s.name} ${p.label}: ${p.value}`))));
}

function curves(c, x, y, stacked) {
  const base = c.axis_config.categories.map(() => 0), out = [];
  c.series.forEach((s, i) => {
    const floor = base.map((v, j) => `${x(j)} ${y(v)}`);
    const points = s.data.map((p, j) => { if (stacked) base[j] += p.value; return `${x(j)} ${y(stacked ? base[j] : p.value)}`; });
    if (stacked) out.push(svg('path', { d: 'M' + points.concat(floor.reverse()).join('L') + 'Z', fill: color(i), opacity: 0.35 }));
    out.push(svg('path', { d: 'M' + points.join('L'), fill: 'none', stroke: color(i), 'stroke-width': 2.5, 'stroke-linejoin': 'round' }));
    s.data.forEach((p, j) => { const [cx, cy] = points[j].split(' '); out.push(svg('circle', { cx, cy, r: 3, fill: color(i) }, title(`${s.name} ${p.label}: ${p.value}`))); });
  });
  return out;
}

// table draws table and data_table; button draws an action cell.
export function table(block, button) {
  const [head, ...body] = block.rows, settings = block.column_settings || [], size = block.type === 'data_table' ? block.page_size || 5 : body.length || 1;
  let page = 0, sort = null;
  const frame = h('div', { class: 'table-frame' });
  const cell = (tag, c, j, props = {}) => h(tag, { ...props, class: `align-${(settings[j] && settings[j].align) || (c.type === 'raw_number' ? 'right' : 'left')}` + (settings[j] && settings[j].is_wrapped ? ' wrap' : '') }, content(c, button));
  const rank = (c) => (c.type === 'raw_number' ? c.value : plain(c));
  function draw() {
    const rows = sort ? [...body].sort((a, b) => { const p = rank(a[sort.j]), q = rank(b[sort.j]); return (p < q ? -1 : p > q ? 1 : 0) * sort.dir; }) : body;
    const header = h('tr', {}, head.map((c, j) => {
      if (block.type !== 'data_table') return cell('th', c, j, { scope: 'col' });
      const on = sort && sort.j === j;
      const numeric = body.length && body.every((r) => r[j] && r[j].type === 'raw_number');
      return h('th', { scope: 'col', class: numeric ? 'align-right' : null, 'aria-sort': on ? (sort.dir > 0 ? 'ascending' : 'descending') : null },
        h('button', { class: 'sort', onclick: () => { sort = { j, dir: on ? -sort.dir : 1 }; draw(); } }, plain(c), h('span', { 'aria-hidden': 'true', text: on ? (sort.dir > 0 ? ' ↑' : ' ↓') : '' })));
    }));
    const shown = rows.slice(page * size, page * size + size).map((r) => h('tr', {}, r.map((c, j) => (j === (block.row_header_column_index || 0) && block.type === 'data_table' ? cell('th', c, j, { scope: 'row' }) : cell('td', c, j)))));
    const pages = Math.ceil(body.length / size);
    frame.replaceChildren(h('table', {}, block.caption ? h('caption', { text: block.caption }) : null, h('thead', {}, header), h('tbody', {}, shown)),
      pages > 1 ? h('div', { class: 'pager' }, h('button', { disabled: page === 0, 'aria-label': 'Previous page', onclick: () => { page--; draw(); }, text: '‹' }),
        `${page * size + 1}–${Math.min(body.length, page * size + size)} of ${body.length}`,
        h('button', { disabled: page === pages - 1, 'aria-label': 'Next page', onclick: () => { page++; draw(); }, text: '›' })) : '');
  }
  draw();
  return frame;
}

const plain = (c) => c.text || (c.value !== undefined ? c.value.toLocaleString('en-US') : c.elements ? richText(c).textContent : textOf(c.element && c.element.text));

function content(c, button) {
  if (c.type === 'rich_text') return richText(c);
  if (c.type === 'action_cell') return button(c.element);
  return document.createTextNode(plain(c));
}
