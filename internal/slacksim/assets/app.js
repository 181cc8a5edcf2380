// The client: side bar, conversation, thread, Home, modals, toasts. Each region is
// drawn again only when what it shows has changed, so that typing is never lost.
import { h, act, textOf } from './dom.js';
import { names, mrkdwn } from './text.js';
import { blocks } from './blocks.js';

const query = new URLSearchParams(location.search);
const at = { user: query.get('user') || 'ana', place: query.get('channel') || query.get('view') || 'data-sync', thread: query.get('thread') || '' };
const $ = (id) => document.getElementById(id);
const drawn = {};
const started = Date.now();
const memory = { drafts: {}, open: new Map(), toasts: new Set(), read: {}, composer: {} };
let shot = null;

if (query.get('theme')) document.documentElement.dataset.theme = query.get('theme');

let wanted = false, reading = false;

// refresh reads what there is to show and draws it. Changes that come meanwhile
// cost one more reading, and a reading that fails is made again: the last state
// is always drawn.
async function refresh() {
  wanted = true;
  if (reading) return;
  reading = true;
  for (let failures = 0; wanted;) {
    wanted = false;
    try {
      await read();
      failures = 0;
    } catch (err) {
      console.error('refresh:', err);
      wanted = ++failures < 100;
      await new Promise((ready) => setTimeout(ready, 200));
    }
  }
  reading = false;
}

async function read() {
  const user = at.user;
  const res = await fetch('sim/snapshot?user=' + encodeURIComponent(user), { signal: AbortSignal.timeout(5000) });
  if (!res.ok) return;
  const fresh = await res.json();
  if (user !== at.user) { wanted = true; return; }
  shot = fresh;
  for (const u of shot.users) names.users[u.id] = u.real_name;
  const reader = shot.users.find((u) => u.id === at.user || u.name === at.user) || {};
  names.locale = reader.locale;
  names.zone = reader.zone;
  for (const c of shot.channels) names.channels[c.id] = c.name;
  for (const g of shot.groups) names.groups[g.id] = g.handle;
  draw();
  document.documentElement.dataset.version = shot.version;
}

// region redraws one part of the page if its signature changed.
function region(id, signature, make) {
  const text = JSON.stringify(signature);
  if (drawn[id] === text) return false;
  drawn[id] = text;
  const focus = document.activeElement, inside = $(id).contains(focus) && focus.dataset;
  const again = inside && focus.dataset.actionId ? `[data-block-id="${CSS.escape(focus.dataset.blockId)}"][data-action-id="${CSS.escape(focus.dataset.actionId)}"]` : inside && focus.id ? '#' + CSS.escape(focus.id) : '';
  const range = again && focus.selectionStart !== undefined ? [focus.selectionStart, focus.selectionEnd] : null;
  $(id).replaceChildren(...[make()].flat(9).filter(Boolean));
  const next = again && $(id).querySelector(again);
  if (next && !next.closest('.combo')) {
    next.focus();
    try { if (range) next.setSelectionRange(...range); } catch { /* not a text field */ }
  }
  return true;
}

const here = () => shot.channels.find((c) => c.id === at.place || c.name === at.place || (at.place === 'messages' && c.dm_with));
const userOf = (id) => shot.users.find((u) => u.id === id) || { real_name: id, name: id };
const time = (ts) => new Date(parseFloat(ts) * 1000).toLocaleTimeString(names.locale || 'en-US', { hour: 'numeric', minute: '2-digit', ...(names.zone ? { timeZone: names.zone } : {}) });

function go(place, thread = '') {
  at.place = place;
  at.thread = thread;
  const q = new URLSearchParams({ user: at.user, channel: place });
  if (thread) q.set('thread', thread);
  history.replaceState(null, '', '?' + q);
  draw();
}

function draw() {
  drawSide();
  const home = at.place === 'home';
  if (home) drawHome(); else drawConversation();
  drawThread();
  drawModals();
  drawToasts();
}

function drawSide() {
  const channels = shot.channels.filter((c) => !c.dm_with);
  const last = {};
  for (const m of shot.messages) last[m.channel] = m.ts;
  const current = here();
  if (current) memory.read[current.id] = last[current.id];
  const unread = (c) => last[c.id] && last[c.id] !== memory.read[c.id] && c !== current;
  const item = (place, label, on, bold) => h('button', { class: 'nav-item' + (bold ? ' unread' : ''), 'aria-current': on ? 'page' : null, 'data-testid': 'nav-' + place, onclick: () => go(place) }, label);
  const dm = shot.channels.find((c) => c.dm_with);
  region('side', [shot.team, at, shot.connected > 0, shot.users, channels.map((c) => [c.name, unread(c)]), dm && unread(dm)], () => [
    h('div', { class: 'team' }, h('strong', { text: shot.team }), h('span', { class: 'status ' + (shot.connected ? 'on' : 'off'), 'data-testid': 'connection', text: shot.connected ? 'App connected' : 'App offline' })),
    h('label', { class: 'switcher' }, 'Acting as', h('select', { id: 'user', 'data-testid': 'user-switcher', onchange: (e) => { at.user = e.target.value; memory.read = {}; drawn.main = ''; go(at.place); refresh(); } },
      shot.users.filter((u) => u.client).map((u) => h('option', { value: u.name, selected: u.name === at.user || u.id === at.user, text: `${u.real_name} · ${u.title}` })))),
    h('h2', { text: 'Channels' }),
    channels.map((c) => item(c.name, [h('span', { class: 'hash', 'aria-hidden': 'true', text: c.private ? '🔒' : '#' }), c.name, c.ext_shared ? h('span', { class: 'pill', text: 'shared' }) : null, c.archived ? h('span', { class: 'pill', text: 'archived' }) : null], c === current, unread(c))),
    h('h2', { text: 'Apps' }),
    item('home', [avatar(shot.app, 'small'), 'BatchSync'], at.place === 'home' || (current && current.dm_with), dm && unread(dm)),
  ]);
}

function avatar(id, size = '') {
  const u = userOf(id), tone = [...id].reduce((n, c) => n + c.charCodeAt(0), 0) % 6;
  return h('span', { class: `avatar ${size} tone${id === shot.app ? 'App' : tone}`, 'aria-hidden': 'true', text: id === shot.app ? '⇄' : u.real_name[0] });
}

function appTabs(on) {
  const tab = (place, label) => h('button', { role: 'tab', 'aria-selected': String(on === place), 'data-testid': 'tab-' + place, onclick: () => go(place), text: label });
  return h('header', { class: 'top app-top' }, h('h1', {}, avatar(shot.app, 'small'), 'BatchSync'), h('div', { class: 'tabs', role: 'tablist' }, tab('home', 'Home'), tab('messages', 'Messages')));
}

let homeFor = '';
function drawHome() {
  if (homeFor !== at.user) { homeFor = at.user; act({ kind: 'home', user: at.user }); }
  region('main', ['home', at.user, shot.home], () => [appTabs('home'),
    h('div', { class: 'scroll home', 'data-testid': 'home' }, shot.home ? blocks(shot.home.blocks, context({ view: shot.home.id }, shot.home)) : h('p', { class: 'empty', text: 'The app has published nothing here yet.' }))]);
}

// context is what elements need to know about where they stand.
function context(place, v) {
  const id = place.view || place.channel + place.ts;
  const drafts = (memory.drafts[id] ||= { drafts: new Map(), pending: new Map() });
  return { ...drafts, place, values: (v ? v.values : shot.inputs[`${place.channel}/${place.ts}`]) || {}, errors: v && v.errors, open: memory.open, snapshot: shot, refresh: () => { drawn.main = drawn.modals = ''; refresh(); },
    act: async (body) => { const out = await act({ ...body, ...place, user: at.user }); if (!out.ok && !['type', 'suggest'].includes(body.kind)) complain(out.error); return out; } };
}

function drawConversation() {
  homeFor = '';
  const c = here();
  if (!c) { region('main', 'none', () => h('p', { class: 'empty', text: 'This user is not a member of that channel.' })); return; }
  const all = shot.messages.filter((m) => m.channel === c.id);
  const roots = all.filter((m) => !m.thread_ts || m.thread_ts === m.ts || m.broadcast);
  const replies = (m) => all.filter((r) => r.thread_ts === m.ts && r.ts !== m.ts);
  const before = $('main').querySelector('.scroll');
  const stick = !before || before.dataset.place !== c.id || before.scrollHeight - before.scrollTop - before.clientHeight < 80;
  const top = before && before.scrollTop;
  const changed = region('main', ['channel', c, at.user, all, shot.inputs], () => [
    c.dm_with ? appTabs('messages') : h('header', { class: 'top' }, h('h1', { text: (c.private ? '🔒 ' : '# ') + c.name }), h('span', { class: 'muted', text: c.topic })),
    h('div', { class: 'scroll', 'data-place': c.id, role: 'log', 'aria-label': 'Messages' }, roots.length ? roots.map((m) => message(m, replies(m))) : h('p', { class: 'empty', text: c.dm_with ? 'No messages yet.' : 'Nothing here yet. Try /batchsync help' })),
    c.archived ? h('p', { class: 'empty', text: 'This channel is archived.' }) : composer(c, ''),
  ]);
  const scroll = $('main').querySelector('.scroll');
  if (changed && scroll) scroll.scrollTop = stick ? scroll.scrollHeight : top;
}

function message(m, replies) {
  const hidden = !!m.ephemeral_to;
  const u = userOf(m.user);
  return h('article', { class: 'message' + (hidden ? ' ephemeral' : ''), 'data-testid': 'message', 'data-ts': m.ts, 'aria-label': `${m.from_app ? 'BatchSync' : u.real_name}: ${m.text}` },
    avatar(m.user),
    h('div', { class: 'message-body' },
      hidden ? h('div', { class: 'only-you', text: '👁 Only visible to you' }) : null,
      m.broadcast ? h('div', { class: 'only-you', text: '↩ also sent to the channel' }) : null,
      h('div', { class: 'byline' }, h('strong', { text: m.from_app ? 'BatchSync' : u.real_name }), m.from_app ? h('span', { class: 'badge', text: 'APP' }) : null, h('time', { text: time(m.ts) })),
      m.blocks ? blocks(m.blocks, context({ channel: m.channel, ts: m.ts })) : h('div', { class: 'text' }, mrkdwn(m.text, false), m.edits && m.from_app ? h('span', { class: 'edited', text: ' (edited)' }) : null),
      (m.files || []).map((f) => h('a', { class: 'file', href: 'files/' + f.id, target: '_blank', rel: 'noopener' }, h('span', { class: 'file-icon', 'aria-hidden': 'true', text: '📄' }), h('span', {}, h('strong', { text: f.title }), h('small', { text: `${f.name} · ${f.size.toLocaleString('en-US')} bytes` })))),
      replies && replies.length ? h('button', { class: 'replies', 'data-testid': 'open-thread', onclick: () => go(at.place, m.ts) }, `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`, h('span', { class: 'muted', text: ' Last at ' + time(replies.at(-1).ts) })) : null),
    replies && !hidden ? h('button', { class: 'reply', 'aria-label': 'Reply in thread', title: 'Reply in thread', onclick: () => go(at.place, m.thread_ts || m.ts), text: '💬' }) : null);
}

function composer(c, thread) {
  const id = c.id + thread;
  const grow = () => { input.style.height = 'auto'; input.style.height = Math.min(160, input.scrollHeight) + 'px'; memory.composer[id] = input.value; };
  const submit = async () => {
    const text = input.value.trim();
    if (!text) return;
    input.value = '';
    grow();
    const slash = text.startsWith('/') && !thread;
    box.setAttribute('aria-busy', 'true');
    const out = await act({ kind: slash ? 'slash' : 'say', user: at.user, channel: c.id, thread, text });
    box.removeAttribute('aria-busy');
    if (!out.ok) complain(out.error);
  };
  const input = h('textarea', { id: 'composer' + thread, rows: 1, 'data-testid': thread ? 'thread-composer' : 'composer', 'aria-label': thread ? 'Reply' : 'Message ' + c.name, value: memory.composer[id] || '',
    placeholder: thread ? 'Reply…' : c.dm_with ? 'Message BatchSync' : `Message #${c.name}, or /batchsync help`, oninput: grow,
    onkeydown: (e) => { if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); submit(); } } });
  const box = h('div', { class: 'composer' }, input, h('button', { class: 'send', 'aria-label': 'Send', onclick: submit, text: '➤' }));
  return box;
}

function drawThread() {
  const c = here(), root = c && at.thread && shot.messages.find((m) => m.channel === c.id && m.ts === at.thread);
  $('thread').hidden = !root;
  if (!root) { drawn.thread = ''; return; }
  const replies = shot.messages.filter((m) => m.channel === c.id && m.thread_ts === root.ts && m.ts !== root.ts);
  const changed = region('thread', [root, replies, at.user, shot.inputs], () => [
    h('header', { class: 'top' }, h('h1', { text: 'Thread' }), h('span', { class: 'muted', text: '# ' + c.name }), h('button', { class: 'close', 'aria-label': 'Close thread', onclick: () => go(at.place), text: '×' })),
    h('div', { class: 'scroll' }, message(root), replies.length ? h('div', { class: 'count', text: `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}` }) : null, replies.map((m) => message(m))), composer(c, root.ts)]);
  const scroll = $('thread').querySelector('.scroll');
  if (changed) scroll.scrollTop = scroll.scrollHeight;
}

function drawModals() {
  const stack = shot.modals || [], top = stack.at(-1);
  const chosen = top && blocksState(top);
  const was = $('modals').querySelector('.modal-body'), scrolled = was && was.dataset.view === (top && top.id) ? was.scrollTop : 0;
  const fresh = region('modals', top ? [top.id, top.hash, top.errors, stack.length, chosen] : null, () => (top ? modal(top, stack.length) : []));
  if (!fresh || !top) return;
  $('modals').querySelector('.modal-body').scrollTop = scrolled;
  const first = $('modals').querySelector('[autofocus], .has-error .field') || (drawModals.last !== top.id && $('modals').querySelector('.modal-body .field, .modal-body button'));
  drawModals.last = top.id;
  if (first && !$('modals').contains(document.activeElement)) (first.classList.contains('combo') ? $('modals').querySelector('[role=dialog]') : first).focus();
}

// blocksState is the input state without typed text, which the fields hold themselves.
function blocksState(v) {
  return Object.values(v.values || {}).flatMap((b) => Object.values(b)).map((s) => (s.value !== undefined ? 0 : s));
}

function modal(v, depth) {
  const ctx = context({ view: v.id }, v);
  const close = () => ctx.act({ kind: 'close' });
  const submit = async () => {
    const button = $('modals').querySelector('.submit');
    if (!button || button.disabled) return;
    button.disabled = true;
    button.setAttribute('aria-busy', 'true');
    for (const flush of [...ctx.pending.values()]) await flush();
    await ctx.act({ kind: 'submit' });
    button.disabled = false;
    button.removeAttribute('aria-busy');
  };
  ctx.enter = submit;
  const body = blocks(v.blocks, ctx);
  return h('div', { class: 'backdrop' }, h('div', { class: 'modal', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'modal-title', tabindex: '-1', 'data-testid': 'modal', 'data-callback-id': v.callback_id,
    onkeydown: (e) => { if (e.key === 'Escape') close(); else trap(e); } },
    h('header', {}, avatar(shot.app, 'small'), h('h2', { id: 'modal-title', text: v.title }), depth > 1 ? h('span', { class: 'pill', text: `${depth} of 3` }) : null, h('button', { class: 'close', 'aria-label': 'Close', 'data-testid': 'modal-x', onclick: close, text: '×' })),
    h('div', { class: 'modal-body', 'data-view': v.id }, body),
    h('footer', {}, h('button', { class: 'btn', 'data-testid': 'modal-close', onclick: close, text: v.close || (v.submit ? 'Cancel' : 'Close') }), v.submit ? h('button', { class: 'btn primary submit', 'data-testid': 'modal-submit', onclick: submit, text: v.submit }) : null)));
}

// trap keeps the keyboard inside the dialog.
function trap(e) {
  if (e.key !== 'Tab') return;
  const all = [...e.currentTarget.querySelectorAll('button, input, select, textarea, summary, a[href]')].filter((x) => !x.disabled && x.offsetParent);
  const edge = e.shiftKey ? all[0] : all.at(-1);
  if (document.activeElement === edge) { e.preventDefault(); (e.shiftKey ? all.at(-1) : all[0]).focus(); }
}

function drawToasts() {
  for (const t of shot.toasts || []) {
    const id = t.at + t.text;
    if (memory.toasts.has(id)) continue;
    memory.toasts.add(id);
    if (new Date(t.at) > started - 5000) toast(t.text);
  }
}

function toast(text) {
  const el = h('div', { class: 'toast', 'data-testid': 'toast' }, h('span', { 'aria-hidden': 'true', text: '⚠️ ' }), text);
  $('toasts').append(el);
  setTimeout(() => el.remove(), 6000);
}

// complain shows what went wrong unless the sim has made a toast of it.
function complain(error) {
  if (!/operation_timeout|dispatch_failed|^command \/\S+: there is no/.test(error || '')) toast(textOf(error));
}

// A page left behind is kept by the browser for the way back, and its stream with
// it: a few of them take all connections there are.
let events;
const listen = () => { events = new EventSource('sim/events'); events.addEventListener('message', refresh); };
addEventListener('pagehide', () => events.close());
addEventListener('pageshow', (e) => { if (e.persisted) listen(); });
listen();
// A stream that breaks without a word is made up for.
setInterval(refresh, 5000);
