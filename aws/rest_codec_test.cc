#include "aws/rest_codec.h"

#include <doctest/doctest.h>

#include "aws/rest_route.h"
#include "models/s3.h"

namespace fogbank::aws {
namespace {

namespace s3 = models::s3;

struct Request {
  const char* method;
  const char* path;
  const char* query = "";
  std::vector<core::HttpHeader> headers = {};
};

std::unique_ptr<core::HttpRequest> http(const Request& from) {
  auto out = std::make_unique<core::HttpRequest>();
  out->method = from.method;
  out->path = from.path;
  out->query = from.query;
  out->headers = from.headers;
  return out;
}

std::string_view route(const Request& from) {
  core::Arena arena;
  const auto request = http(from);
  const OperationModel* found = match_rest(s3::model(), *request, request->path, arena);
  return found == nullptr ? std::string_view("none") : s3::model().text(found->name);
}

template <class Input>
core::Result<void, AwsError> read(std::string_view operation, const Request& from,
                                  std::string_view body, core::Arena& arena, Input& input) {
  // The arena keeps what the input points to; the request's texts are literals.
  const auto request = http(from);
  return read_rest_input(s3::model(), *s3::model().operation(operation),
                         {.request = *request, .body = body}, arena, &input);
}

std::string put_tagging_error(std::string_view body) {
  core::Arena arena;
  s3::PutBucketTaggingInput input;
  const auto result = read("PutBucketTagging", {.method = "PUT", .path = "/b", .query = "tagging"},
                           body, arena, input);
  return result ? "none" : result.error().code;
}

}  // namespace

TEST_CASE("S3 operations that share method and path are told apart") {
  struct Row {
    Request request;
    const char* operation;
  };
  const core::HttpHeader copy = {"x-amz-copy-source", "b/k"};
  const Row rows[] = {{{"GET", "/"}, "ListBuckets"},
                      {{"GET", "/", "x-id=ListDirectoryBuckets"}, "ListDirectoryBuckets"},
                      {{"GET", "/", "max-directory-buckets=1"}, "ListDirectoryBuckets"},
                      {{"GET", "/b"}, "ListObjects"},
                      {{"GET", "/b/"}, "ListObjects"},
                      {{"GET", "/b", "list-type=2&prefix=x"}, "ListObjectsV2"},
                      {{"GET", "/b", "list-type=1"}, "ListObjects"},
                      {{"GET", "/b", "versions"}, "ListObjectVersions"},
                      {{"GET", "/b", "uploads="}, "ListMultipartUploads"},
                      {{"GET", "/b", "lifecycle"}, "GetBucketLifecycleConfiguration"},
                      {{"GET", "/b", "analytics"}, "ListBucketAnalyticsConfigurations"},
                      {{"GET", "/b", "analytics&id=1"}, "GetBucketAnalyticsConfiguration"},
                      {{"PUT", "/b", "analytics"}, "PutBucketAnalyticsConfiguration"},
                      {{"GET", "/b/k"}, "GetObject"},
                      {{"GET", "/b/k/", "x-id=GetObject"}, "GetObject"},
                      {{"GET", "/b//k", "partNumber=1"}, "GetObject"},
                      {{"GET", "/b/k", "uploadId=1"}, "ListParts"},
                      {{"PUT", "/b/k"}, "PutObject"},
                      {{"PUT", "/b/k", "", {copy}}, "CopyObject"},
                      {{"PUT", "/b/k", "partNumber=1&uploadId=2"}, "UploadPart"},
                      {{"PUT", "/b/k", "partNumber=1&uploadId=2", {copy}}, "UploadPartCopy"},
                      {{"POST", "/b/k", "uploads"}, "CreateMultipartUpload"},
                      {{"POST", "/b/k", "uploadId=2"}, "CompleteMultipartUpload"},
                      {{"DELETE", "/b/k", "uploadId=2"}, "AbortMultipartUpload"},
                      {{"DELETE", "/b/k", "versionId=2"}, "DeleteObject"},
                      {{"POST", "/b", "delete"}, "DeleteObjects"},
                      {{"POST",
                        "/WriteGetObjectResponse",
                        "",
                        {{"x-amz-request-route", "r"}, {"x-amz-request-token", "t"}}},
                       "WriteGetObjectResponse"},
                      {{"DELETE", "/b", "acl"}, "none"},
                      {{"DELETE", "/b/k", "acl"}, "none"},
                      {{"GET", "/b", "acl&policy"}, "none"},
                      {{"POST", "/b/k"}, "none"},
                      {{"PATCH", "/b/k"}, "none"},
                      {{"GET", "*"}, "none"},
                      {{"GET", "//k"}, "none"}};
  for (const Row& row : rows) {
    CAPTURE(row.request.method);
    CAPTURE(row.request.path);
    CAPTURE(row.request.query);
    CHECK(route(row.request) == row.operation);
  }
}

TEST_CASE("rest-xml reads labels, parameters, headers and metadata") {
  core::Arena arena;
  s3::PutObjectInput input;
  REQUIRE(read("PutObject",
               {.method = "PUT",
                .path = "/my-bucket/a%20b/c+d%2Fe",
                .headers = {{"x-amz-meta-color", "blue"},
                            {"content-length", "5"},
                            {"x-amz-meta-", "odd"},
                            {"expires", "Tue, 14 Nov 2023 22:13:20 GMT"}}},
               "", arena, input));
  CHECK(input.bucket == "my-bucket");
  CHECK(input.key == "a b/c+d/e");
  CHECK(*input.content_length == 5);
  CHECK(input.body.is_present);
  REQUIRE(find(input.metadata, "color") != nullptr);
  CHECK(*find(input.metadata, "color") == "blue");

  s3::ListObjectsV2Input list;
  REQUIRE(read("ListObjectsV2",
               {.method = "GET",
                .path = "/b",
                .query = "list-type=2&prefix=a%2Bb+c&max-keys=7&fetch-owner=true"},
               "", arena, list));
  CHECK(list.prefix == "a+b c");
  CHECK(*list.max_keys == 7);
  CHECK(*list.fetch_owner);
  CHECK_FALSE(list.delimiter.has_value());

  const auto bad = read("ListObjectsV2", {.method = "GET", .path = "/b", .query = "max-keys=x"}, "",
                        arena, list);
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == "InvalidArgument");
}

TEST_CASE("rest-xml reads bodies in any name space, with attributes and flattened lists") {
  core::Arena arena;
  s3::DeleteObjectsInput input;
  REQUIRE(read("DeleteObjects", {.method = "POST", .path = "/b", .query = "delete"},
               "<?xml version=\"1.0\"?><!-- c --><x:Delete xmlns:x=\"http://any\">"
               "<x:Object><x:Key> a&amp;b&#10;</x:Key></x:Object>"
               "<x:Object><x:Key><![CDATA[<c>]]></x:Key><x:VersionId/></x:Object>"
               "<x:Quiet> true </x:Quiet></x:Delete>",
               arena, input));
  REQUIRE(input.delete_.get() != nullptr);
  REQUIRE(input.delete_->objects.size() == 2);
  CHECK(input.delete_->objects[0].key == " a&b\n");
  CHECK(input.delete_->objects[1].key == "<c>");
  CHECK(input.delete_->objects[1].version_id.has_value());
  CHECK(*input.delete_->quiet);

  s3::PutBucketAclInput acl;
  REQUIRE(read("PutBucketAcl", {.method = "PUT", .path = "/b", .query = "acl"},
               "<AccessControlPolicy><AccessControlList><Grant>"
               "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
               "xsi:type=\"CanonicalUser\"><ID>x</ID></Grantee>"
               "</Grant></AccessControlList></AccessControlPolicy>",
               arena, acl));
  CHECK(acl.access_control_policy->grants[0].grantee->type == "CanonicalUser");
}

TEST_CASE("rest-xml refuses bodies that are not the schema's") {
  const std::string tag = "<Tag><Key>k</Key><Value>v</Value></Tag>";
  struct Row {
    const char* name;
    std::string body;
    const char* error;
  };
  const Row rows[] = {
      {"right", "<Tagging><TagSet>" + tag + "</TagSet></Tagging>", "none"},
      {"empty list", "<Tagging><TagSet/></Tagging>", "none"},
      {"no body", "", "MissingRequestBodyError"},
      {"cut off", "<Tagging><TagSet>" + tag, "MalformedXML"},
      {"another root", "<Tags><TagSet/></Tags>", "MalformedXML"},
      {"two roots", "<Tagging/><Tagging/>", "MalformedXML"},
      {"unknown element", "<Tagging><Colour/></Tagging>", "MalformedXML"},
      {"unknown list element", "<Tagging><TagSet><Tog/></TagSet></Tagging>", "MalformedXML"},
      {"element in a text", "<Tagging><TagSet><Tag><Key><b/></Key></Tag></TagSet></Tagging>",
       "MalformedXML"},
      {"document type", "<!DOCTYPE a [<!ENTITY e \"x\">]><Tagging><TagSet/></Tagging>",
       "MalformedXML"},
      {"entity of its own", "<Tagging><TagSet><Tag><Key>&e;</Key></Tag></TagSet></Tagging>",
       "MalformedXML"},
      {"no character", "<Tagging><TagSet><Tag><Key>&#0;</Key></Tag></TagSet></Tagging>",
       "MalformedXML"},
      {"half a character", "<Tagging><TagSet><Tag><Key>&#xD800;</Key></Tag></TagSet></Tagging>",
       "MalformedXML"},
      {"bad UTF-8", "<Tagging><TagSet><Tag><Key>\xff</Key></Tag></TagSet></Tagging>",
       "MalformedXML"},
      {"json", "{}", "MalformedXML"}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(put_tagging_error(row.body) == row.error);
  }
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<Tagging>";
  CHECK(put_tagging_error(deep) == "MalformedXML");
  std::string references = "<Tagging>";
  for (int i = 0; i < 200'000; ++i) references += "&amp;";
  CHECK(put_tagging_error(references + "</Tagging>") == "none");
}

TEST_CASE("rest-xml answers carry headers, metadata and the reference's root elements") {
  core::Arena arena;
  s3::HeadObjectOutput head;
  head.content_length = 42;
  head.last_modified = Timestamp{1'700'000'000'000};
  head.e_tag = "\"abc\"";
  head.content_type = "text/plain\r\nX-Evil: 1";
  head.metadata.append(arena, {"color", Text("blue")});
  core::HttpAnswer answer;
  write_rest_output(s3::model(), *s3::model().operation("HeadObject"), &head,
                    {.request_id = "R", .host_id = "H"}, answer);
  CHECK(answer.declared_bytes == 42);
  CHECK_FALSE(answer.headers.find("content-length").has_value());
  CHECK(answer.headers.find("Last-Modified") == "Tue, 14 Nov 2023 22:13:20 GMT");
  CHECK(answer.headers.find("x-amz-meta-color") == "blue");
  CHECK(answer.headers.find("content-type") == "text/plain  X-Evil: 1");
  CHECK(answer.headers.find("x-amz-request-id") == "R");
  CHECK(answer.headers.find("x-amz-id-2") == "H");
  CHECK(answer.body.empty());

  s3::GetBucketLocationOutput location;
  location.location_constraint = "eu-west-1";
  core::HttpAnswer place;
  write_rest_output(s3::model(), *s3::model().operation("GetBucketLocation"), &location,
                    {.request_id = "R"}, place);
  CHECK(place.body ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint "
        "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1</LocationConstraint>");
}

TEST_CASE("S3 errors are bare and carry their details") {
  core::HttpAnswer answer;
  write_rest_error(&s3::model(),
                   {.code = "NoSuchKey",
                    .message = "The specified key does not exist.",
                    .status = 404,
                    .details = {{"Key", "a&b"}}},
                   {.request_id = "R", .host_id = "H"}, answer);
  CHECK(answer.status == 404);
  CHECK(answer.body ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>"
        "<Message>The specified key does not exist.</Message><Key>a&amp;b</Key>"
        "<RequestId>R</RequestId><HostId>H</HostId></Error>");
}

}  // namespace fogbank::aws
