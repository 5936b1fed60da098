#ifndef PLUSH_CARCHIVE_SHIM_H
#define PLUSH_CARCHIVE_SHIM_H

#include <archive.h>
#include <archive_entry.h>

// The file types are macros with a cast, which Swift does not import.
static const unsigned int plush_archive_type_regular = AE_IFREG;
static const unsigned int plush_archive_type_directory = AE_IFDIR;
static const unsigned int plush_archive_type_symlink = AE_IFLNK;
static const unsigned int plush_archive_type_fifo = AE_IFIFO;

#endif
