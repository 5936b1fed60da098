// The parts of libxml2 that PlushSpec uses. Debian keeps the headers in /usr/include/libxml2, which pkg-config
// (libxml-2.0) puts on the search path; hence the names begin with libxml/.
#ifndef PLUSH_CXML2_SHIM_H
#define PLUSH_CXML2_SHIM_H

// Debian builds libxml2 with ICU, and encoding.h would include ICU's headers for the last two fields of a structure
// that we never touch. The same C types also come with Foundation (_FoundationICU), and a file that sees both does
// not compile.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/relaxng.h>
#include <libxml/SAX2.h>
#include <libxml/threads.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>

#endif
