"""Opens a page in headless Chromium and tells, as TAP, what a person and a developer would see of it: browser.py PAGE [PNG].

Speaks the DevTools protocol over the browser's own pipe: no driver, no other package. PNG: screenshots go to PNG.light.png
and PNG.dark.png.
"""
import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

CONTRAST = """
(() => {
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length > 3 ? m : [...m, 1]; };
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                       return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c[3] > .99) return c; }
                        return [255, 255, 255, 1]; };
  let worst = 99, where = '';
  for (const e of document.querySelectorAll('main *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const a = light(parse(getComputedStyle(e).color).slice(0, 3)), b = light(behind(e).slice(0, 3));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst) { worst = ratio; where = e.tagName + '.' + e.className + ': ' + e.textContent.slice(0, 40); }
  }
  return worst >= 4.5 ? '' : worst.toFixed(2) + ' at ' + where;
})()
"""


class Browser:
    def __init__(self, folder):
        to_browser, self.out = os.pipe()
        self.into, from_browser = os.pipe()
        # The browser reads commands from 3 and writes answers to 4.
        command = ['chromium', '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
                   '--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars',
                   '--user-data-dir=' + folder, '--remote-debugging-pipe', 'about:blank']
        shell = 'exec 3<&%d 4>&%d; exec "$@"' % (to_browser, from_browser)
        self.process = subprocess.Popen(['bash', '-c', shell, 'bash'] + command, pass_fds=[to_browser, from_browser],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, 'HOME': folder})
        os.close(to_browser)
        os.close(from_browser)
        self.buffer, self.number, self.events, self.session = b'', 0, [], None

    def read(self):
        while b'\0' not in self.buffer:
            part = os.read(self.into, 65536)
            if not part:
                sys.exit('Bail out! the browser has ended')
            self.buffer += part
        text, self.buffer = self.buffer.split(b'\0', 1)
        message = json.loads(text)
        if message.get('method') == 'Page.javascriptDialogOpening':
            # A dialog stops the page until somebody answers it.
            self.send(1000000, 'Page.handleJavaScriptDialog', {'accept': False})
        return message

    def send(self, number, method, params):
        message = {'id': number, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.out, json.dumps(message).encode() + b'\0')

    def call(self, method, **params):
        self.number += 1
        self.send(self.number, method, params)
        while True:
            answer = self.read()
            if answer.get('id') == self.number:
                if 'error' in answer:
                    sys.exit('Bail out! %s: %s' % (method, answer['error']))
                return answer['result']
            self.events.append(answer)

    def attach(self):
        targets = self.call('Target.getTargets')['targetInfos']
        page = next(t for t in targets if t['type'] == 'page')
        self.session = self.call('Target.attachToTarget', targetId=page['targetId'], flatten=True)['sessionId']
        for domain in ('Page', 'Network', 'Runtime', 'Log'):
            self.call(domain + '.enable')

    def open(self, address):
        self.events = []
        self.call('Page.navigate', url=address)
        while not any(e.get('method') == 'Page.loadEventFired' for e in self.events):
            self.events.append(self.read())
        time.sleep(0.3)
        self.ask('1')

    def ask(self, script):
        answer = self.call('Runtime.evaluate', expression=script, returnByValue=True)
        if 'exceptionDetails' in answer:
            return 'raised: ' + answer['exceptionDetails'].get('exception', {}).get('description', '?')
        return answer['result'].get('value')

    def heard(self, *methods):
        return [e for e in self.events if e.get('method') in methods]

    def window(self, width, height):
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def scheme(self, name):
        self.call('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': name}])


class Tap:
    number = failed = 0

    def is_(self, have, want, name):
        self.number += 1
        if have == want:
            print('ok %d - %s' % (self.number, name))
        else:
            self.failed += 1
            print('not ok %d - %s\n#   have: %r\n#   want: %r' % (self.number, name, have, want))


def cells(browser, column):
    return browser.ask("[...document.querySelectorAll('#tables tbody tr')].map(r => r.cells[%d].dataset.v ?? r.cells[%d].textContent)"
                       % (column, column))


def look(browser, tap, address, png):
    browser.window(1280, 720)
    browser.open(address)
    tap.is_([e['params'] for e in browser.heard('Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded')], [],
            'the console is empty')
    tap.is_([e['params'] for e in browser.heard('Page.javascriptDialogOpening')], [], 'no name of the file opens a dialog')
    tap.is_([u for u in (e['params']['request']['url'] for e in browser.heard('Network.requestWillBeSent'))
             if u not in (address, 'data:,')], [], 'nothing is requested but the page')
    below = "Math.round(document.querySelector('#verdict').getBoundingClientRect().bottom)"
    tap.is_(browser.ask(below + ' <= innerHeight'), True, 'the verdict is visible without scrolling')
    tap.is_(browser.ask("document.body.innerText.includes('<script>alert(1)</script>')"), True, 'a name that is markup is shown as text')
    tap.is_(browser.ask("document.querySelectorAll('main script, main img, main iframe, main [onerror]').length"), 0, 'and is no element')
    before = cells(browser, 3)
    tap.is_(len(before) >= 3, True, 'there are tables')
    click = "document.querySelectorAll('#tables thead th button')[%d].click()"
    browser.ask(click % 3)
    tap.is_(cells(browser, 3), sorted(before, key=int, reverse=True), 'a click sorts by a number, the greatest first')
    browser.ask(click % 3)
    tap.is_(cells(browser, 3), sorted(before, key=int), 'a second click turns it round')
    browser.ask(click % 1)
    tap.is_(cells(browser, 1), sorted(cells(browser, 1)), 'a click sorts by a text')
    tap.is_(browser.ask("document.querySelectorAll('#tables th[aria-sort]').length"), 1, 'and one column says that it is sorted')
    browser.ask("{ const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.body.append(s); }")
    tap.is_(browser.ask('String(window.broken)'), 'undefined', 'the policy of the page stops any other script')

    grounds = []
    for scheme in ('light', 'dark'):
        browser.scheme(scheme)
        browser.open(address)
        grounds.append(browser.ask('getComputedStyle(document.body).backgroundColor'))
        tap.is_(browser.ask(CONTRAST), '', scheme + ': every text can be read (contrast of 4.5)')
        if png:
            browser.window(1280, 1130)
            picture = browser.call('Page.captureScreenshot', format='png')
            with open('%s.%s.png' % (png, scheme), 'wb') as out:
                out.write(base64.b64decode(picture['data']))
    tap.is_(grounds[0] != grounds[1], True, 'light and dark differ')

    browser.window(390, 844)
    browser.open(address)
    tap.is_(browser.ask(below + ' <= innerHeight'), True, 'on a telephone the verdict is visible without scrolling')
    tap.is_(browser.ask('document.documentElement.scrollWidth <= innerWidth'), True, 'and the page is not wider than the screen')

    browser.call('Emulation.setScriptExecutionDisabled', value=True)
    browser.open(address)
    tap.is_(browser.ask("document.querySelectorAll('button').length"), 0, 'without script: nothing to click')
    tap.is_(cells(browser, 3), before, 'without script: all tables are there')


def main():
    address, png = 'file://' + os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None
    tap = Tap()
    signal.signal(signal.SIGALRM, lambda *_: sys.exit('Bail out! the browser does not answer'))
    signal.alarm(120)
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(folder)
        try:
            browser.attach()
            look(browser, tap, address, png)
            browser.session = None
            browser.call('Browser.close')
        finally:
            browser.process.terminate()
            browser.process.wait()
            time.sleep(0.5)  # its children write into the folder to the last
    print('1..%d' % tap.number)
    sys.exit(tap.failed > 0)


main()
