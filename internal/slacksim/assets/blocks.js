// Blocks: one function per block type. ctx says where the blocks stand; see elements.js.
import { h, link } from './dom.js';
import { textObject, richText, markdown } from './text.js';
import { chart, table } from './charts.js';
import { element } from './elements.js';

export function blocks(all, ctx) {
  return (all || []).map((b) => {
    const draw = BLOCKS[b.type];
    const el = draw ? draw(b, ctx) : h('div', { class: 'unknown', text: `Unsupported block: ${b.type}` });
    el.classList.add('block', 'block-' + b.type);
    el.dataset.blockId = b.block_id || '';
    el.dataset.testid = 'block-' + b.type;
    return el;
  });
}

const BLOCKS = {
  header: (b) => h('h3', {}, textObject(b.text)),
  divider: () => h('hr'),
  section: (b, ctx) => h('div', {},
    h('div', { class: 'section-body' },
      b.text ? h('div', { class: 'section-text' }, textObject(b.text)) : null,
      b.fields ? h('div', { class: 'fields' }, b.fields.map((f) => h('div', {}, textObject(f)))) : null),
    b.accessory ? h('div', { class: 'accessory' }, b.accessory.type === 'image' ? image(b.accessory, 'thumb') : element(b.accessory, b, ctx)) : null),
  context: (b) => h('div', {}, b.elements.map((e) => (e.type === 'image' ? image(e, 'tiny') : h('span', {}, textObject(e))))),
  actions: (b, ctx) => h('div', {}, b.elements.map((e) => element(e, b, ctx))),
  context_actions: (b, ctx) => h('div', {}, b.elements.map((e) => (e.type === 'icon_button' ? element(e, b, ctx) : h('span', { class: 'feedback', text: '👍 👎' })))),
  image: (b) => h('figure', {}, b.title ? h('figcaption', {}, textObject(b.title)) : null, image(b, 'large')),
  input: (b, ctx) => inputBlock(b, ctx),
  rich_text: (b) => h('div', {}, richText(b)),
  markdown: (b) => markdown(b.text),
  table: (b, ctx) => table(b, (e) => element(e, b, ctx)),
  data_table: (b, ctx) => table(b, (e) => element(e, b, ctx)),
  data_visualization: (b) => chart(b),
  alert: (b) => h('div', { role: 'alert', class: 'level-' + (b.level || 'default') }, h('span', { 'aria-hidden': 'true', class: 'alert-icon', text: { error: '⛔', warning: '⚠️', success: '✅' }[b.level] || 'ℹ️' }), h('div', {}, textObject(b.text))),
  plan: (b) => plan(b),
  task_card: (b) => h('div', {}, task(b)),
  container: (b, ctx) => container(b, ctx),
  card: (b, ctx) => card(b, ctx),
  carousel: (b, ctx) => h('div', {}, blocks(b.elements, ctx)),
};

// image shows local pictures; others are not fetched, their description stands instead.
function image(e, size) {
  if (/^(data:image\/|\/)/.test(e.image_url || '')) return h('img', { src: e.image_url, alt: e.alt_text, class: 'img-' + size });
  return h('span', { class: 'img-missing img-' + size, role: 'img', 'aria-label': e.alt_text, title: e.image_url, text: size === 'large' ? '🖼 ' + e.alt_text : '🖼' });
}

function inputBlock(b, ctx) {
  const id = `in-${b.block_id}-${b.element.action_id}`;
  const error = ctx.errors && ctx.errors[b.block_id];
  const group = ['radio_buttons', 'checkboxes'].includes(b.element.type);
  const label = [textObject(b.label), b.optional ? h('span', { class: 'optional', text: ' (optional)' }) : null];
  const control = element(b.element, b, ctx, { id, required: !b.optional, describedby: `${id}-hint ${id}-error`, invalid: !!error });
  return h(group ? 'fieldset' : 'div', { class: error ? 'has-error' : '' },
    group ? h('legend', {}, label) : h('label', { for: id }, label), control,
    error ? h('div', { class: 'error', id: `${id}-error`, role: 'alert', 'data-testid': `error-${b.block_id}`, text: error }) : null,
    b.hint ? h('div', { class: 'hint', id: `${id}-hint` }, textObject(b.hint)) : null);
}

const STATUS = { pending: ['○', 'Pending'], in_progress: ['', 'In progress'], complete: ['✓', 'Complete'], error: ['!', 'Failed'] };

function task(t) {
  const [icon, word] = STATUS[t.status || 'in_progress'];
  const body = [t.details, t.output].filter(Boolean).map(richText);
  const sources = (t.sources || []).map((s) => link(s.url, s.text));
  return h('div', { class: 'task task-' + (t.status || 'in_progress'), 'data-task-id': t.task_id },
    h('span', { class: 'task-icon', role: 'img', 'aria-label': word, text: icon }),
    h('div', {}, t.hide_title ? null : h('div', { class: 'task-title', text: t.title }), body, sources.length ? h('div', { class: 'sources' }, sources) : null),
    h('span', { class: 'task-word', text: word }));
}

function plan(b) {
  const tasks = b.tasks || [], done = tasks.filter((t) => t.status === 'complete').length;
  return h('details', { open: true }, h('summary', {}, h('strong', { text: b.title }), h('span', { class: 'muted', text: ` ${done} of ${tasks.length} complete` })), tasks.map(task));
}

function container(b, ctx) {
  const title = [b.title ? textObject(b.title) : richText(b.rich_text_title), b.subtitle ? h('span', { class: 'muted subtitle' }, textObject(b.subtitle)) : null];
  if (!b.is_collapsible) return h('section', {}, h('div', { class: 'container-title' }, title), blocks(b.child_blocks, ctx));
  const open = ctx.open.get(b.block_id) ?? !b.default_collapsed;
  return h('details', { open, ontoggle: (e) => ctx.open.set(b.block_id, e.target.open) }, h('summary', { class: 'container-title' }, title), blocks(b.child_blocks, ctx));
}

function card(b, ctx) {
  return h('article', {}, b.hero_image ? image(b.hero_image, 'large') : null,
    h('div', { class: 'card-head' }, b.icon ? image(b.icon, 'tiny') : null,
      h('div', {}, b.title ? h('div', { class: 'card-title' }, textObject(b.title)) : null, b.subtitle ? h('div', { class: 'muted' }, textObject(b.subtitle)) : null)),
    b.body ? h('div', {}, textObject(b.body)) : null, b.subtext ? h('div', { class: 'muted' }, textObject(b.subtext)) : null,
    b.actions ? h('div', { class: 'block-actions' }, b.actions.map((e) => element(e, b, ctx))) : null);
}

