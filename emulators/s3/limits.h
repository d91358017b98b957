// Quotas of Amazon S3 that this service enforces, and limits of our own.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fogbank::emulators::s3 {

// Amazon S3 User Guide, "Bucket naming rules", "Naming Amazon S3 objects".
inline constexpr std::size_t kBucketNameBytesMin = 3;
inline constexpr std::size_t kBucketNameBytesMax = 63;
inline constexpr std::size_t kKeyBytesMax = 1024;

// Amazon S3 User Guide, "Working with object metadata": sums of names and values; API Reference,
// PutObject, x-amz-website-redirect-location.
inline constexpr std::size_t kUserMetadataBytesMax = 2048;
inline constexpr std::size_t kSystemMetadataBytesMax = 2048;
inline constexpr std::size_t kRedirectLocationBytesMax = 2048;

// Amazon S3 User Guide, "Categorizing your objects using tags" and "Using cost allocation tags".
inline constexpr std::size_t kObjectTagsMax = 10;
inline constexpr std::size_t kBucketTagsMax = 50;
inline constexpr std::size_t kTagKeyCharactersMax = 128;
inline constexpr std::size_t kTagValueCharactersMax = 256;

// Amazon S3 User Guide, "Amazon S3 multipart upload limits", "Uploading objects" (one PUT),
// API Reference, CopyObject.
inline constexpr uint64_t kObjectBytesMax = 5ULL << 40;
inline constexpr uint64_t kPutBytesMax = 5ULL << 30;
inline constexpr uint64_t kCopyBytesMax = 5ULL << 30;
inline constexpr uint64_t kPartBytesMin = 5ULL << 20;  // of every part but the last
inline constexpr int32_t kPartNumberMax = 10'000;
inline constexpr std::size_t kUploadIdBytesMax = 256;  // ours have 128

// API Reference: ListObjectsV2 and the other listings; DeleteObjects; ListBuckets.
inline constexpr int32_t kListKeysMax = 1000;
inline constexpr std::size_t kDeleteKeysMax = 1000;
inline constexpr int32_t kListBucketsMax = 10'000;

// Amazon S3 User Guide, "Bucket quotas, limitations, and restrictions": the default quota.
inline constexpr std::size_t kBucketsPerAccountMax = 10'000;

// Ours: pieces of one object's content. An object has at most 10,000 parts, and a part that was
// copied from a multipart object at most a few pieces of its source, so that only copies of
// copies that shift part borders each time come near. Its list of pieces stays under 2 MiB.
inline constexpr std::size_t kSegmentsMax = 40'000;

// Ours: bytes of small parts within one object that are no blob of their own.
inline constexpr std::size_t kInlineSegmentBytesMax = 16U << 20;

// Ours: blobs that one operation gives back at most; later operations go on with the rest, so
// that deleting large objects never holds the writer thread for long.
inline constexpr std::size_t kReleasesPerCallMax = 10'000;

}  // namespace fogbank::emulators::s3
