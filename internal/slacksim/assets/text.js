// Text: mrkdwn, rich_text, markdown, emoji and dates.
import { h, link } from './dom.js';

const EMOJI = {
  white_check_mark: '✅', heavy_check_mark: '✔️', x: '❌', warning: '⚠️', rotating_light: '🚨', red_circle: '🔴', large_green_circle: '🟢',
  large_yellow_circle: '🟡', large_orange_circle: '🟠', large_blue_circle: '🔵', white_circle: '⚪', black_circle: '⚫', hourglass: '⌛', hourglass_flowing_sand: '⏳',
  eyes: '👀', tada: '🎉', rocket: '🚀', bell: '🔔', no_bell: '🔕', mute: '🔇', lock: '🔒', unlock: '🔓', key: '🔑', gear: '⚙️', wrench: '🔧',
  hammer_and_wrench: '🛠️', bulb: '💡', information_source: 'ℹ️', question: '❓', grey_question: '❔', busts_in_silhouette: '👥', exclamation: '❗', bar_chart: '📊', chart_with_upwards_trend: '📈',
  chart_with_downwards_trend: '📉', calendar: '📆', date: '📅', clock1: '🕐', alarm_clock: '⏰', stopwatch: '⏱️', mag: '🔍', link: '🔗', memo: '📝',
  pencil: '📝', pencil2: '✏️', clipboard: '📋', package: '📦', file_folder: '📁', page_facing_up: '📄', inbox_tray: '📥', outbox_tray: '📤', wastebasket: '🗑️',
  arrow_right: '➡️', arrow_left: '⬅️', arrow_up: '⬆️', arrow_down: '⬇️', arrows_counterclockwise: '🔄', repeat: '🔁', fast_forward: '⏩', double_vertical_bar: '⏸️',
  arrow_forward: '▶️', black_square_for_stop: '⏹️', no_entry: '⛔', no_entry_sign: '🚫', construction: '🚧', fire: '🔥', zap: '⚡', star: '⭐', sparkles: '✨',
  thumbsup: '👍', '+1': '👍', thumbsdown: '👎', '-1': '👎', wave: '👋', pray: '🙏', raised_hands: '🙌', clap: '👏', smile: '😄', slightly_smiling_face: '🙂',
  thinking_face: '🤔', sleeping: '😴', zzz: '💤', robot_face: '🤖', speech_balloon: '💬', house: '🏠', shield: '🛡️', heavy_plus_sign: '➕', heavy_minus_sign: '➖', sunny: '☀️',
};

export const emoji = (name) => EMOJI[name] || `:${name}:`;

// names is filled by the app: id -> shown name.
export const names = { users: {}, channels: {}, groups: {} };

const unescape = (t) => t.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
const mention = (text) => h('span', { class: 'mention', text });

// shortcodes replaces :name: in plain text.
export const shortcodes = (t) => t.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] || all);

// textObject draws a text object of either type.
export function textObject(t) {
  if (!t) return '';
  if (typeof t === 'string') return document.createTextNode(t);
  if (t.type === 'mrkdwn') return mrkdwn(t.text, t.verbatim);
  return h('span', { class: 'plain', text: t.emoji === false ? t.text : shortcodes(t.text) });
}

// mrkdwn draws Slack's own markup.
export function mrkdwn(text, verbatim = false) {
  const out = h('span', { class: 'mrkdwn' });
  text.split(/```\n?([\s\S]*?)```/).forEach((piece, i) => {
    if (i % 2) out.append(h('pre', { text: unescape(piece.replace(/\n$/, '')) }));
    else if (piece) lines(out, piece, verbatim);
  });
  return out;
}

function lines(out, text, verbatim) {
  let quote = null;
  const all = text.replace(/^\n/, '').split('\n');
  all.forEach((line, i) => {
    const quoted = line.match(/^(?:>|&gt;) ?(.*)$/);
    if (quoted) {
      if (!quote) out.append((quote = h('blockquote')));
      else quote.append(h('br'));
      inline(quote, quoted[1], verbatim);
      return;
    }
    if (i > 0 && !quote) out.append(h('br'));
    quote = null;
    inline(out, line, verbatim);
  });
}

const TOKEN = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])|(?<![\w_])_(\S(?:[^_\n]*\S)?)_(?![\w_])|(?<![\w~])~(\S(?:[^~\n]*\S)?)~(?![\w~])|:([a-z0-9_+-]+):|(https?:\/\/[^\s<>|"]+[^\s<>|".,;:!?)])|(?<![\w@/])(@(?:here|channel|everyone)|#[a-z0-9_-]+)\b/g;

function inline(out, text, verbatim) {
  let last = 0;
  for (const m of text.matchAll(TOKEN)) {
    if (m.index > last) out.append(unescape(text.slice(last, m.index)));
    last = m.index + m[0].length;
    if (m[1] !== undefined) out.append(h('code', { text: unescape(m[1]) }));
    else if (m[2] !== undefined) out.append(sequence(m[2]));
    else if (m[3] !== undefined) out.append(nested('strong', m[3], verbatim));
    else if (m[4] !== undefined) out.append(nested('em', m[4], verbatim));
    else if (m[5] !== undefined) out.append(nested('s', m[5], verbatim));
    else if (m[6] !== undefined) out.append(emoji(m[6]));
    else if (verbatim) out.append(unescape(m[0]));
    else if (m[7]) out.append(link(unescape(m[7])));
    else out.append(bareName(m[8]));
  }
  if (last < text.length) out.append(unescape(text.slice(last)));
}

function bareName(name) {
  const known = name[0] === '@' || Object.values(names.channels).includes(name.slice(1));
  return known ? mention(name) : name;
}

function nested(tag, text, verbatim) {
  const el = h(tag);
  inline(el, text, verbatim);
  return el;
}

// sequence draws what stands between < and >.
function sequence(body) {
  const [target, label] = body.split(/\|(.*)/s);
  if (target[0] === '@') return mention('@' + (names.users[target.slice(1)] || label || target.slice(1)));
  if (target[0] === '#') return mention('#' + (names.channels[target.slice(1)] || label || target.slice(1)));
  if (target.startsWith('!subteam^')) return mention('@' + (names.groups[target.slice(9)] || label || 'group'));
  if (target.startsWith('!date^')) {
    const [, ts, format, url] = target.split('^');
    const shown = date(Number(ts), format, unescape(label || ''));
    return url ? link(url, shown) : h('time', { title: unescape(label || ''), text: shown });
  }
  if (target[0] === '!') return mention('@' + target.slice(1));
  return link(unescape(target), label ? unescape(label) : '');
}

// date fills Slack's date tokens in the reader's zone.
export function date(ts, format, fallback) {
  const d = new Date(ts * 1000);
  if (!format || Number.isNaN(d.getTime())) return fallback;
  const day = (o) => d.toLocaleDateString(locale(), { ...zone(), ...o });
  const relative = pretty(d);
  const tokens = {
    date_num: () => d.toISOString().slice(0, 10), date: () => day({ year: 'numeric', month: 'long', day: 'numeric' }),
    date_short: () => day({ year: 'numeric', month: 'short', day: 'numeric' }), date_long: () => day({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }),
    date_pretty: () => relative || tokens.date(), date_short_pretty: () => relative || tokens.date_short(), date_long_pretty: () => relative || tokens.date_long(),
    time: () => d.toLocaleTimeString(locale(), { ...zone(), hour: 'numeric', minute: '2-digit' }), time_secs: () => d.toLocaleTimeString(locale(), zone()), ago: () => ago(d),
  };
  return format.replace(/\{(\w+)\}/g, (all, key) => (tokens[key] ? tokens[key]() : all));
}

// locale and zone are the reader's; without a zone of theirs, the browser's.
const locale = () => names.locale || 'en-US';
const zone = () => (names.zone ? { timeZone: names.zone } : {});

function pretty(d) {
  const midnight = (t) => new Date(t.toLocaleDateString('en-US', zone()));
  const days = Math.round((midnight(d) - midnight(new Date())) / 864e5);
  return Math.abs(days) > 1 ? undefined : new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(days, 'day');
}

function ago(d) {
  const s = Math.round((Date.now() - d) / 1000);
  for (const [n, unit] of [[86400, 'day'], [3600, 'hour'], [60, 'minute']]) if (Math.abs(s) >= n) return new Intl.RelativeTimeFormat(locale()).format(-Math.round(s / n), unit);
  return 'just now';
}

// richText draws the elements of a rich_text block.
export function richText(block) {
  return h('div', { class: 'rich' }, (block.elements || []).map(richPart));
}

function richPart(part) {
  const leaves = () => (part.elements || []).map(richLeaf);
  switch (part.type) {
    case 'rich_text_preformatted': return h('pre', {}, leaves());
    case 'rich_text_quote': return h('blockquote', {}, leaves());
    case 'rich_text_list': return h(part.style === 'ordered' ? 'ol' : 'ul', { class: 'indent' + (part.indent || 0), start: part.offset ? part.offset + 1 : null }, (part.elements || []).map((e) => h('li', {}, richPart(e))));
    default: return h('div', { class: 'rich-section' }, leaves());
  }
}

function richLeaf(e) {
  let node;
  switch (e.type) {
    case 'text': node = document.createTextNode(e.text); break;
    case 'link': node = link(e.url, e.text); break;
    case 'emoji': node = document.createTextNode(emoji(e.name)); break;
    case 'user': node = mention('@' + (names.users[e.user_id] || e.user_id)); break;
    case 'usergroup': node = mention('@' + (names.groups[e.usergroup_id] || e.usergroup_id)); break;
    case 'channel': node = mention('#' + (names.channels[e.channel_id] || e.channel_id)); break;
    case 'broadcast': node = mention('@' + e.range); break;
    case 'date': node = h('time', { text: date(e.timestamp, e.format, e.fallback) }); break;
    case 'tag': node = h('span', { class: 'tag', text: textOfTag(e) }); break;
    default: node = document.createTextNode(e.text || '');
  }
  const style = e.style || {};
  for (const [key, tag] of [['code', 'code'], ['bold', 'strong'], ['italic', 'em'], ['strike', 's'], ['underline', 'u']]) if (style[key]) node = h(tag, {}, node);
  return node;
}

const textOfTag = (e) => (typeof e.text === 'string' ? e.text : (e.text && e.text.text) || '');

// markdown draws a small part of standard Markdown.
export function markdown(text) {
  const out = h('div', { class: 'markdown' });
  let list = null;
  text.split(/```\w*\n?([\s\S]*?)```/).forEach((piece, i) => {
    if (i % 2) { out.append(h('pre', { text: piece.replace(/\n$/, '') })); return; }
    for (const line of piece.split('\n')) {
      const head = line.match(/^(#{1,4}) (.*)/), item = line.match(/^\s*(?:[-*]|(\d+)\.) (.*)/), quote = line.match(/^> ?(.*)/);
      if (!item) list = null;
      if (head) out.append(mdInline(h('h' + (head[1].length + 2)), head[2]));
      else if (item) {
        if (!list) out.append((list = h(item[1] ? 'ol' : 'ul')));
        list.append(mdInline(h('li'), item[2]));
      } else if (quote) out.append(mdInline(h('blockquote'), quote[1]));
      else if (line.trim()) out.append(mdInline(h('p'), line));
    }
  });
  return out;
}

function mdInline(el, text) {
  let last = 0;
  for (const m of text.matchAll(/`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|_([^_]+)_|~~([^~]+)~~|\[([^\]]+)\]\(([^)\s]+)\)/g)) {
    el.append(text.slice(last, m.index));
    last = m.index + m[0].length;
    if (m[1]) el.append(h('code', { text: m[1] }));
    else if (m[2]) el.append(h('strong', { text: m[2] }));
    else if (m[3] || m[4]) el.append(h('em', { text: m[3] || m[4] }));
    else if (m[5]) el.append(h('s', { text: m[5] }));
    else el.append(link(m[7], m[6]));
  }
  el.append(text.slice(last));
  return el;
}
