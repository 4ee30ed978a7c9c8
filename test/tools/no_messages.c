/* Answers in place of the C library's translation of messages. See asan.sh. */

/* Where AddressSanitizer is loaded before a program that was not built with it, the lock of glibc's message catalogues is
   found in a wrong state, and the first call waits for ever. Texts stay in English. */
char *bindtextdomain(const char *domain, const char *folder) { (void)domain; return (char *)folder; }
char *bind_textdomain_codeset(const char *domain, const char *codeset) { (void)domain; return (char *)codeset; }
char *textdomain(const char *domain) { return (char *)domain; }
char *gettext(const char *text) { return (char *)text; }
char *dgettext(const char *domain, const char *text) { (void)domain; return (char *)text; }
char *dcgettext(const char *domain, const char *text, int kind) { (void)domain; (void)kind; return (char *)text; }
char *ngettext(const char *one, const char *many, unsigned long n) { return (char *)(n == 1 ? one : many); }
char *dngettext(const char *domain, const char *one, const char *many, unsigned long n) { (void)domain; return ngettext(one, many, n); }
