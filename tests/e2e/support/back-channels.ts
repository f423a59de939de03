// HTML that calls home in every way that is known (attack E6): each by itself, named by the address that it asks for.

/** One document with all of them; each asks for `<bait>/<its name>`. */
export function backChannels(bait: string): string {
  const at = (name: string): string => `${bait}/${name}`;
  const head = [
    `<link rel="stylesheet" href="${at('link-stylesheet')}">`,
    `<link rel="prefetch" href="${at('link-prefetch')}">`,
    `<link rel="preload" as="image" href="${at('link-preload')}">`,
    `<link rel="modulepreload" href="${at('link-modulepreload')}">`,
    `<link rel="preconnect" href="${bait}"><link rel="dns-prefetch" href="${bait}">`,
    `<link rel="icon" href="${at('link-icon')}"><link rel="manifest" href="${at('link-manifest')}">`,
    `<style>
      @import "${at('css-import')}";
      @font-face { font-family: bait; src: url("${at('css-font')}") }
      body { background: url("${at('css-background')}") }
      .a { list-style-image: url("${at('css-list')}"); display: list-item; font-family: bait }
      .b { content: url("${at('css-content')}") }
      .c { border-image: url("${at('css-border')}") 1; border: 1px solid; cursor: url("${at('css-cursor')}"), auto }
      .d { background: image-set(url("${at('css-image-set')}") 1x); mask-image: url("${at('css-mask')}") }
      .e { filter: url("${at('css-filter')}#f"); shape-outside: url("${at('css-shape')}") }
      .f::before { content: url("${at('css-before')}") }
    </style>`,
  ];
  const body = [
    `<img src="${at('img')}"><img srcset="${at('img-srcset')} 2x"><img lowsrc="${at('img-lowsrc')}" src="${at('img-with-lowsrc')}">`,
    `<picture><source srcset="${at('picture-source')}"><img alt=""></picture>`,
    `<image src="${at('image')}"></image><input type="image" src="${at('input-image')}">`,
    `<table background="${at('table-background')}"><tr><td background="${at('td-background')}">cell</td></tr></table>`,
    `<div style="background: url('${at('style-background')}')">background</div>`,
    `<div style="background-image: url(&quot;${at('style-quoted')}&quot;)">quoted</div>`,
    `<div style="list-style: url(${at('style-list')}); display: list-item">list</div>`,
    `<div style="--bait: url(${at('style-variable')}); background: var(--bait)">variable</div>`,
    `<div style="background: u\\72l(${at('style-escaped')})">escaped</div>`,
    '<p class="a">a</p><p class="b">b</p><p class="c">c</p><p class="d">d</p><p class="e">e</p><p class="f">f</p>',
    `<iframe src="${at('iframe')}"></iframe><iframe srcdoc="<img src='${at('iframe-srcdoc')}'>"></iframe>`,
    `<object data="${at('object')}"></object><embed src="${at('embed')}">`,
    `<object type="text/html"><param name="movie" value="${at('param')}"></object><applet code="${at('applet')}"></applet>`,
    `<video src="${at('video')}" poster="${at('video-poster')}" autoplay></video>`,
    `<video><source src="${at('video-source')}"><track default src="${at('track')}"></video>`,
    `<audio src="${at('audio')}" autoplay></audio><bgsound src="${at('bgsound')}">`,
    `<svg><image href="${at('svg-image')}" width="1" height="1"/><image xlink:href="${at('svg-xlink')}" width="1" height="1"/></svg>`,
    `<svg><use href="${at('svg-use')}#u"/><filter id="f"><feImage href="${at('svg-feimage')}"/></filter><rect filter="url(#f)"/></svg>`,
    `<svg><style>@import "${at('svg-style')}";</style><script href="${at('svg-script')}"></script></svg>`,
    `<svg><foreignObject><img src="${at('svg-foreign')}"></foreignObject><a href="${at('svg-a')}"><animate attributeName="href"/></a></svg>`,
    `<math><mtext><img src="${at('math-img')}"></mtext><maction actiontype="statusline" xlink:href="${at('math')}">m</maction></math>`,
    `<script src="${at('script')}"></script><script>new Image().src = "${at('script-inline')}"; fetch("${at('script-fetch')}")</script>`,
    `<img src="x:" onerror="new Image().src='${at('onerror')}'"><body onload="new Image().src='${at('onload')}'">`,
    `<meta http-equiv="refresh" content="0; url=${at('meta-refresh')}">`,
    `<base href="${bait}/base/"><img src="relative"><a href="//${new URL(bait).host}/anchor" ping="${at('ping')}">a link</a>`,
    `<form action="${at('form')}"><input name="q" autofocus onfocus="this.form.submit()"><button formaction="${at('formaction')}">x</button></form>`,
    `<template><img src="${at('template')}"></template><noscript><img src="${at('noscript')}"></noscript>`,
    `<xmp><img src="${at('xmp')}"></xmp><textarea><img src="${at('textarea')}"></textarea><select><option><img src="${at('option')}"></select>`,
    `<!--><img src="${at('comment')}">--><![CDATA[<img src="${at('cdata')}">]]>`,
    `<img src="data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg"><image href="${at('data-svg')}"/></svg>`)}">`,
    `<iframe src="data:text/html,${encodeURIComponent(`<img src="${at('data-frame')}">`)}"></iframe>`,
    `<a href="javascript:fetch('${at('javascript')}')">script link</a><details open ontoggle="fetch('${at('ontoggle')}')">d</details>`,
    `<portal src="${at('portal')}"></portal><fencedframe src="${at('fenced')}"></fencedframe><slot><img src="${at('slot')}"></slot>`,
    `<div><template shadowrootmode="open"><img src="${at('shadow')}"><style>@import "${at('shadow-css')}"</style></template></div>`,
    '<frameset onload="1">',
  ];
  return `<html><head>${head.join('\n')}</head><body background="${at('body-background')}">
<p>The first line of the letter.</p>
${body.join('\n')}
<p>The last line of the letter.</p></body></html>`;
}
