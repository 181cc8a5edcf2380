// Small helpers to build the page. Outside data only ever becomes text nodes and
// attribute values, never markup.

// h makes an element. Props: on* are listeners, "class", "text", data-* and aria-*
// are attributes; null, undefined and false are left out.
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) el.addEventListener(key.slice(2), value);
    else if (key === 'text') el.textContent = value;
    else if (key === 'value') el.value = value;
    else el.setAttribute(key, value === true ? '' : value);
  }
  el.append(...children.flat(9).filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

// svg makes an SVG element.
export function svg(tag, attributes = {}, ...children) {
  const el = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(attributes)) el.setAttribute(key, value);
  el.append(...children.flat(9));
  return el;
}

// link makes an anchor; only http, https and mailto addresses become clickable.
export function link(url, label) {
  const safe = /^(https?:\/\/|mailto:)/i.test(url);
  if (!safe) return h('span', { text: label || url });
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer', text: label || url });
}

export const textOf = (t) => (typeof t === 'string' ? t : (t && t.text) || '');

// act tells the sim what the person did.
export async function act(body) {
  try {
    const res = await fetch('sim/act', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    return res.ok ? await res.json() : { ok: false, error: await res.text() };
  } catch (e) {
    return { ok: false, error: String(e) };
  }
}
