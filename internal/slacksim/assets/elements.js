// Interactive elements. ctx: {place, values, errors, drafts, open, snapshot, act(body)}.
// Every control carries data-action-id; values live in the sim, drafts only here.
import { h, textOf } from './dom.js';
import { textObject, mrkdwn, shortcodes } from './text.js';

const key = (b, e) => `${b.block_id}/${e.action_id}`;
const state = (b, e, ctx) => (ctx.values[b.block_id] || {})[e.action_id] || {};
const marks = (b, e, a) => ({ id: a.id, 'data-action-id': e.action_id, 'data-block-id': b.block_id, 'data-testid': e.action_id, 'aria-required': a.required ? 'true' : null,
  'aria-describedby': a.describedby, 'aria-invalid': a.invalid ? 'true' : null, 'aria-label': a.id ? null : textOf(e.placeholder) || e.action_id });

// element draws one element of block b; a holds what its label needs.
export function element(e, b, ctx, a = {}) {
  const draw = ELEMENTS[e.type];
  return draw ? draw(e, b, ctx, a) : h('span', { class: 'unknown', text: `Unsupported element: ${e.type}` });
}

async function send(kind, e, b, ctx, more, control) {
  if (e.confirm && !(await confirmed(e.confirm))) { ctx.refresh(); return; }
  if (control) control.setAttribute('aria-busy', 'true');
  for (const flush of [...ctx.pending.values()]) await flush(); // Slack sends what was typed with the press
  await ctx.act({ kind, element: key(b, e), ...more });
  if (control) control.removeAttribute('aria-busy');
}

// confirmed shows a confirm dialog.
export function confirmed(c) {
  return new Promise((resolve) => {
    const done = (yes) => { dialog.close(); dialog.remove(); resolve(yes); };
    const dialog = h('dialog', { class: 'confirm', 'aria-labelledby': 'confirm-title', oncancel: () => done(false) },
      h('h2', { id: 'confirm-title' }, textObject(c.title)), h('div', { class: 'confirm-text' }, textObject(c.text)),
      h('div', { class: 'buttons' }, h('button', { class: 'btn', 'data-testid': 'confirm-deny', onclick: () => done(false) }, textObject(c.deny)),
        h('button', { class: 'btn ' + (c.style || 'primary'), 'data-testid': 'confirm-ok', onclick: () => done(true) }, textObject(c.confirm))));
    document.body.append(dialog);
    dialog.showModal();
  });
}

function button(e, b, ctx) {
  return h('button', { ...marks(b, e, {}), class: 'btn ' + (e.style || ''), type: 'button', 'aria-label': e.accessibility_label || null,
    onclick: (ev) => {
      if (e.url && /^https?:/i.test(e.url)) window.open(e.url, '_blank', 'noopener,noreferrer');
      send('click', e, b, ctx, {}, ev.currentTarget);
    } }, e.type === 'icon_button' ? '🗑 ' : null, textObject(e.text), e.url ? h('span', { 'aria-hidden': 'true', class: 'ext', text: ' ↗' }) : null);
}

function overflow(e, b, ctx) {
  const menu = h('details', { class: 'overflow' });
  const choose = (o) => () => {
    menu.open = false;
    if (o.url && /^https?:/i.test(o.url)) window.open(o.url, '_blank', 'noopener,noreferrer');
    send('select', e, b, ctx, { values: [o.value] });
  };
  menu.addEventListener('focusout', (ev) => { if (!menu.contains(ev.relatedTarget)) menu.open = false; });
  menu.append(h('summary', { ...marks(b, e, {}), class: 'btn', 'aria-label': 'More actions', text: '⋯' }),
    h('div', { class: 'menu', role: 'menu' }, e.options.map((o) => h('button', { role: 'menuitem', type: 'button', 'data-value': o.value, onclick: choose(o) }, textObject(o.text), o.description ? h('small', {}, textObject(o.description)) : null))));
  return menu;
}

const groupsOf = (e) => e.option_groups ? e.option_groups.map((g) => [textOf(g.label), g.options]) : [['', e.options || []]];

// nativeSelect draws a menu of known choices: [[group label, [{value, text}]]].
function nativeSelect(e, b, ctx, a, groups, current) {
  const option = (o) => h('option', { value: o.value, selected: o.value === current, text: shortcodes(textOf(o.text)) });
  return h('select', { ...marks(b, e, a), class: 'field', onchange: (ev) => send('select', e, b, ctx, { values: ev.target.value ? [ev.target.value] : [] }, ev.target) },
    h('option', { value: '', text: textOf(e.placeholder) || 'Choose an option', selected: !current }),
    groups.map(([label, options]) => (label ? h('optgroup', { label }, options.map(option)) : options.map(option))));
}

function staticSelect(e, b, ctx, a) {
  const chosen = state(b, e, ctx).selected_option;
  return nativeSelect(e, b, ctx, a, groupsOf(e), chosen && chosen.value);
}

const people = (ctx) => ctx.snapshot.users.filter((u) => u.client).map((u) => ({ value: u.id, text: u.real_name }));
const rooms = (ctx, e) => ctx.snapshot.channels.filter((c) => !c.dm_with && !c.archived && !((e.filter || {}).exclude_external_shared_channels && c.ext_shared)).map((c) => ({ value: c.id, text: (c.private ? '🔒 ' : '# ') + c.name }));

// combobox is a text field with suggestions; find(query) gives the options.
function combobox(e, b, ctx, a, many, chosen, find) {
  let timer = 0, asked = 0, active = -1, options = [];
  const list = h('ul', { class: 'listbox', role: 'listbox', id: (a.id || key(b, e)) + '-list', hidden: true });
  const input = h('input', { ...marks(b, e, a), class: 'combo-input', role: 'combobox', autocomplete: 'off', 'aria-expanded': 'false', 'aria-autocomplete': 'list', 'aria-controls': list.id,
    placeholder: textOf(e.placeholder) || 'Choose an option', value: many || !chosen.length ? '' : textOf(chosen[0].text) });
  const close = () => { list.hidden = true; input.setAttribute('aria-expanded', 'false'); active = -1; };
  const pick = (o) => {
    const values = chosen.map((c) => c.value);
    const next = !many ? [o.value] : values.includes(o.value) ? values.filter((v) => v !== o.value) : [...values, o.value];
    close();
    if (!many) input.value = textOf(o.text);
    send('select', e, b, ctx, { values: next }, input);
  };
  const show = () => {
    let group = '';
    list.replaceChildren(...options.flatMap((o, i) => {
      const head = o.group && o.group !== group ? [h('li', { class: 'group', role: 'presentation', text: (group = o.group) })] : [];
      return [...head, h('li', { role: 'option', id: `${list.id}-${i}`, 'data-value': o.value, 'aria-selected': String(chosen.some((c) => c.value === o.value)), class: i === active ? 'active' : '',
        onmousedown: (ev) => { ev.preventDefault(); pick(o); } }, shortcodes(o.text), o.description ? h('small', { text: o.description }) : null)];
    }));
    if (!options.length) list.append(h('li', { class: 'none', text: 'No results' }));
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    if (active >= 0) { input.setAttribute('aria-activedescendant', `${list.id}-${active}`); list.children[active] && list.children[active].scrollIntoView({ block: 'nearest' }); }
  };
  const ask = () => {
    const query = input.value, mine = ++asked;
    list.replaceChildren(h('li', { class: 'none', text: 'Loading…' }));
    list.hidden = false;
    find(query).then((found) => { if (mine === asked && document.activeElement === input) { options = found; active = -1; show(); } });
  };
  input.addEventListener('focus', () => { if (!many && chosen.length) input.select(); const q = input.value; input.value = ''; ask(); input.value = q; if (!many) input.select(); });
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 200); });
  input.addEventListener('blur', () => { clearTimeout(timer); close(); if (!many) input.value = chosen.length ? textOf(chosen[0].text) : ''; });
  input.addEventListener('keydown', (ev) => {
    if (ev.key === 'ArrowDown' || ev.key === 'ArrowUp') { ev.preventDefault(); if (options.length) { active = (active + (ev.key === 'ArrowDown' ? 1 : options.length - 1) + (active < 0 && ev.key === 'ArrowUp' ? 1 : 0)) % options.length; show(); } }
    else if (ev.key === 'Enter' && active >= 0) { ev.preventDefault(); pick(options[active]); }
    else if (ev.key === 'Escape' && !list.hidden) { ev.stopPropagation(); close(); }
  });
  const chips = many ? chosen.map((c) => h('span', { class: 'chip', 'data-value': c.value }, shortcodes(textOf(c.text)), h('button', { type: 'button', 'aria-label': 'Remove ' + textOf(c.text), onclick: () => pick({ ...c }) }, '×'))) : [];
  return h('div', { class: 'combo field' }, chips, input, list);
}

const local = (all) => async (query) => all.filter((o) => textOf(o.text).toLowerCase().includes(query.toLowerCase())).map((o) => ({ text: textOf(o.text), value: o.value, description: textOf(o.description), group: o.group }));

function external(e, b, ctx, a, many) {
  const s = state(b, e, ctx), chosen = many ? s.selected_options || [] : s.selected_option ? [s.selected_option] : [];
  return combobox(e, b, ctx, a, many, chosen, async (query) => {
    const out = await ctx.act({ kind: 'suggest', element: key(b, e), text: query });
    return out.options || [];
  });
}

function multi(e, b, ctx, a, all, picked) {
  const chosen = (picked || []).map((v) => all.find((o) => o.value === (v.value || v)) || { value: v, text: v });
  return combobox(e, b, ctx, a, true, chosen, local(all));
}

// choices draws radio buttons and checkboxes.
function choiceList(e, b, ctx, type) {
  const s = state(b, e, ctx), on = type === 'radio' ? [s.selected_option].filter(Boolean) : s.selected_options || [];
  const box = h('div', { class: 'choices', role: type === 'radio' ? 'radiogroup' : 'group', 'data-action-id': e.action_id, 'data-block-id': b.block_id });
  const change = () => send('select', e, b, ctx, { values: [...box.querySelectorAll('input:checked')].map((i) => i.value) });
  box.append(...e.options.map((o) => h('label', {}, h('input', { type, name: key(b, e), value: o.value, checked: on.some((c) => c.value === o.value), onchange: change }),
    h('span', {}, textObject(o.text), o.description ? h('small', {}, o.description.type === 'mrkdwn' ? mrkdwn(o.description.text) : textOf(o.description)) : null))));
  return box;
}

// textField is any typed input. It sends what was typed shortly after the last key.
function textField(e, b, ctx, a, type, stateKey = 'value') {
  const id = key(b, e), server = state(b, e, ctx)[stateKey];
  const value = ctx.drafts.has(id) ? ctx.drafts.get(id) : server === null || server === undefined ? '' : String(server);
  const flush = () => { ctx.pending.delete(id); return ctx.act({ kind: 'type', element: id, text: input.value }); };
  const wait = e.multiline || type === 'date' || type === 'time' ? 100 : 200;
  let timer = 0;
  const quiet = b.type === 'input' && !b.dispatch_action;
  const perCharacter = quiet || ((e.dispatch_action_config || {}).trigger_actions_on || []).includes('on_character_entered') || type === 'date' || type === 'time';
  const changed = () => {
    ctx.drafts.set(id, input.value);
    ctx.pending.set(id, () => { clearTimeout(timer); return flush(); });
    clearTimeout(timer);
    if (perCharacter) timer = setTimeout(flush, wait);
  };
  const input = h(e.multiline ? 'textarea' : 'input', { ...marks(b, e, a), class: 'field', type: e.multiline ? null : type, rows: e.multiline ? 4 : null, placeholder: textOf(e.placeholder) || null,
    maxlength: e.max_length || null, min: e.min_value || null, max: e.max_value || null, step: type === 'number' ? (e.is_decimal_allowed ? 'any' : '1') : null, autofocus: e.focus_on_load || null, value, oninput: changed,
    onkeydown: (ev) => { if (ev.key === 'Enter' && !e.multiline) { ev.preventDefault(); if (!perCharacter) { clearTimeout(timer); flush(); } else ctx.enter && ctx.enter(); } } });
  return input;
}

function dateTime(e, b, ctx, a) {
  const at = state(b, e, ctx).selected_date_time, iso = at ? new Date(at * 1000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16) : '';
  return h('input', { ...marks(b, e, a), class: 'field', type: 'datetime-local', value: iso, onchange: (ev) => send('type', e, b, ctx, { text: String(Math.floor(new Date(ev.target.value) / 1000)) }) });
}

const flatOptions = (e) => groupsOf(e).flatMap(([group, options]) => options.map((o) => ({ ...o, group })));

const ELEMENTS = {
  button, icon_button: button, overflow, static_select: staticSelect,
  external_select: (e, b, ctx, a) => external(e, b, ctx, a, false),
  multi_external_select: (e, b, ctx, a) => external(e, b, ctx, a, true),
  multi_static_select: (e, b, ctx, a) => multi(e, b, ctx, a, flatOptions(e), state(b, e, ctx).selected_options),
  users_select: (e, b, ctx, a) => nativeSelect(e, b, ctx, a, [['', people(ctx)]], state(b, e, ctx).selected_user),
  conversations_select: (e, b, ctx, a) => nativeSelect(e, b, ctx, a, [['', rooms(ctx, e)]], state(b, e, ctx).selected_conversation),
  channels_select: (e, b, ctx, a) => nativeSelect(e, b, ctx, a, [['', rooms(ctx, e)]], state(b, e, ctx).selected_channel),
  multi_users_select: (e, b, ctx, a) => multi(e, b, ctx, a, people(ctx), state(b, e, ctx).selected_users),
  multi_conversations_select: (e, b, ctx, a) => multi(e, b, ctx, a, rooms(ctx, e), state(b, e, ctx).selected_conversations),
  multi_channels_select: (e, b, ctx, a) => multi(e, b, ctx, a, rooms(ctx, e), state(b, e, ctx).selected_channels),
  radio_buttons: (e, b, ctx) => choiceList(e, b, ctx, 'radio'),
  checkboxes: (e, b, ctx) => choiceList(e, b, ctx, 'checkbox'),
  plain_text_input: (e, b, ctx, a) => textField(e, b, ctx, a, 'text'),
  email_text_input: (e, b, ctx, a) => textField(e, b, ctx, a, 'email'),
  url_text_input: (e, b, ctx, a) => textField(e, b, ctx, a, 'url'),
  number_input: (e, b, ctx, a) => textField(e, b, ctx, a, 'number'),
  datepicker: (e, b, ctx, a) => textField(e, b, ctx, a, 'date', 'selected_date'),
  timepicker: (e, b, ctx, a) => textField(e, b, ctx, a, 'time', 'selected_time'),
  datetimepicker: dateTime,
};
