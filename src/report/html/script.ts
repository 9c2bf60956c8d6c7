/**
 * The page's only script: steps through interleavings. Everything else works without it. It reads nothing but the page,
 * and writes text, never markup.
 */
export const SCRIPT = `(function () {
  'use strict';
  document.querySelectorAll('.trace').forEach(function (trace) {
    var steps = trace.querySelectorAll('tr.step'), end = trace.querySelector('tr.end'), at = -1;
    var say = trace.querySelector('.at');
    trace.querySelector('.ctl').hidden = false;
    function show() {
      steps.forEach(function (row, i) {
        row.classList.toggle('now', i === at);
        row.classList.toggle('later', at >= 0 && i > at);
        if (i === at) row.setAttribute('aria-current', 'step'); else row.removeAttribute('aria-current');
      });
      end.classList.toggle('later', at >= 0 && at < steps.length);
      end.classList.toggle('now', at === steps.length);
      var row = steps[Math.min(at, steps.length - 1)];
      say.textContent = at < 0 ? 'arrow keys step' : at >= steps.length ? 'the end: ' + end.querySelector('td').textContent
        : 'after step ' + (at + 1) + ' of ' + steps.length + (row.dataset.cells ? ': ' + row.dataset.cells : '');
    }
    function go(by) {
      at = by === 0 ? -1 : Math.max(0, Math.min(steps.length, at + by));
      show();
    }
    trace.addEventListener('click', function (event) {
      var button = event.target.closest('button[data-go]');
      if (button) go(Number(button.dataset.go));
    });
    trace.addEventListener('keydown', function (event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      var by = { ArrowDown: 1, ArrowRight: 1, j: 1, ArrowUp: -1, ArrowLeft: -1, k: -1, Escape: 0 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      go(by);
    });
    show();
  });
  function reveal() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var box = target && target.closest('details');
    if (box) { box.open = true; target.scrollIntoView(); }
  }
  addEventListener('hashchange', reveal);
  addEventListener('beforeprint', function () { document.querySelectorAll('details').forEach(function (box) { box.open = true; }); });
  reveal();
})();`;
